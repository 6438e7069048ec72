/// What zstd takes for granted of a record: words and turns of phrase of conversations with models, in prose, Markdown and
/// code. It is part of the format: it may not change; another would need another flag.
enum RecordDictionary {
    static let bytes = Array(text.utf8)

    /// Written for this. zstd reaches the end of it most cheaply, so what is most common stands last.
    private static let text = #"""
         SELECT * FROM table WHERE id = 1 ORDER BY name LIMIT 10; INSERT INTO users (id, name, created_at) VALUES (?, ?, ?)
        #include <stdio.h> int main(void) { printf("%d\n", value); return 0; } #!/usr/bin/env bash set -euo pipefail
        npm install pip install docker run git commit -m git push origin main sudo apt-get update && sudo apt-get install -y
        <!DOCTYPE html><html><head><title></title></head><body><div class="container"></div></body></html> https://www.
        public static void main(String[] args) { System.out.println( ); } import java.util.List; private final String
        fn main() { println!("{}", x); } let mut x: &str = match self { Some(value) => Ok(()), None => Err( ), }
        func main() { fmt.Println( ) if err != nil { return nil, err } } guard let value else { return nil } struct
        const express = require('express'); export default function async await fetch( ).then((response) => response.json())
        console.log( ); document.getElementById( ) addEventListener('click', () => { }); interface Props { } useState
        import numpy as np import pandas as pd import os import sys import json from typing import List, Optional, Dict
        def __init__(self, name: str) -> None: self.name = name for i in range(len( )): if x is not None: return True
        except Exception as e: print(f"Error: {e}") with open(path, "r", encoding="utf-8") as f: class
        if __name__ == "__main__": main() raise ValueError( ) elif else: while True: lambda x: x
        {"type":"reasoning","text":"","summary":[]},{"type":"tool_call","id":"call_","name":"","arguments":"{\"path\":\"
        ,{"type":"tool_result","call_id":"call_","output":" {"type":"image","media_type":"image/png","sha256":"
        |---|---|---| | Feature | Description | Example | \n\n```python\n ```\n\n```bash\n ```json\n ```swift\n ```js\n
        function string number boolean array object error value file data user server request response database memory
        application language model system process performance security network interface development environment
        information government research university company million people business important community different
        however, therefore, although, because, between, through, without, within, another, something, everything, nothing
        Sure! Here's a Certainly! Here is an I'm sorry, but I can't As an AI language model, I don't have Let me know if you
        have any questions. I hope this helps! Feel free to Would you like me to That's a great question! You're right, Let's
        Can you explain What is the difference between How do I Could you please Write a Please help me with Tell me about
        Why does What are the Thank you. Thanks! I want to I need to I am trying to Make it shorter. Summarize the following
        **Key points:**\n\n1. ** \n2. ** \n3. ** \n4. ** \n5. **\n\n## Overview\n\n### Example\n\n- **Note**: **Summary**
        :** The most common way to do this is to use the If you want to make sure that you should be able to In order to
        For example, in this case, On the other hand, In addition, As a result, such as the number of the first and the
        second, at the end of the day, it is important to note that there are several ways to one of the most which is
        would be could have been should not does not will be able to can be used to that can be it's that's don't you're
         they were their there where when what which while about after before being other than then these those only also
        some more most many much very just like make made take time work need want good great new first last long little
         into over under again still well back even because each same both such through during without
         step by step the following to understand how it works is a type of with respect to according to depending on the
         I would you could we should they might this is that was the have been has had not for with from your our its
         are and the of the in the to the on the for the and a is a to be it is with the that the as a by the from the
        ing tion ment ness able ally ation ions ence ance ed to er of ly and es the 
        """#
}
