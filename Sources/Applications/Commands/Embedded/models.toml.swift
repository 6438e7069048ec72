extension EmbeddedTables {
    /// What is known of models: their windows, longest answers, prices and kinds of input.
    ///
    /// `documented` holds the names that a vendor's own reference lists, in its order. A price is what the named
    /// upstream charges per million tokens in US dollars, and holds for no other upstream. `price_long` is charged for
    /// the whole of a request whose input is longer than `above` tokens. `longest_input` stands where a request alone
    /// may not fill the window. `input` names the kinds of input that the model takes. Every number is one that models.dev (MIT), a public table kept from the vendors' price
    /// and model pages, held on the entry's date. What has no such source is left out: a model that is not here has no
    /// known window and no known price. A dated snapshot stands beside the name that the vendor documents for it.
    static let models = #"""
        # Each source stands below this address.
        source_root = "https://github.com/anomalyco/models.dev/blob/"
        currency = "USD"

        [documented]
        acedata = [
            "gpt-5.4", "gpt-5.4-pro", "gpt-5.1", "gpt-5.1-all", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4",
            "gpt-4-all", "gpt-4-turbo", "gpt-4-turbo-preview", "gpt-4-vision-preview", "gpt-4.1",
            "gpt-4.1-2025-04-14", "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14",
            "gpt-4.1-nano", "gpt-4.1-nano-2025-04-14", "gpt-4.5-preview", "gpt-4.5-preview-2025-02-27",
            "gpt-4o", "gpt-4o-2024-05-13", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20",
            "gpt-4o-all", "gpt-4o-image", "gpt-4o-mini", "gpt-4o-mini-2024-07-18",
            "gpt-4o-mini-search-preview", "gpt-4o-mini-search-preview-2025-03-11", "gpt-4o-search-preview",
            "gpt-4o-search-preview-2025-03-11",
            "gpt-35-turbo-16k", "o1", "o1-2024-12-17", "o1-all", "o1-mini", "o1-mini-2024-09-12",
            "o1-mini-all", "o1-preview",
            "o1-preview-2024-09-12", "o1-preview-all", "o1-pro", "o1-pro-2025-03-19", "o1-pro-all", "o3",
            "o3-2025-04-16", "o3-all",
            "o3-mini", "o3-mini-2025-01-31", "o3-mini-2025-01-31-high", "o3-mini-2025-01-31-low",
            "o3-mini-2025-01-31-medium", "o3-mini-all", "o3-mini-high", "o3-mini-high-all",
            "o3-mini-low", "o3-mini-medium", "o3-pro", "o3-pro-2025-06-10", "o4-mini",
            "o4-mini-2025-04-16", "o4-mini-all", "o4-mini-high-all",
        ]

        [[model]]
        names = ["gpt-5.4"]
        upstream = "openai"
        window = 1050000
        longest_input = 922000
        longest_answer = 128000
        price = { input = 2.5, output = 15.0, cached = 0.25 }
        price_long = { above = 272000, input = 5.0, output = 22.5, cached = 0.5 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/openai/models/gpt-5.4.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-5.4-pro"]
        upstream = "openai"
        window = 1050000
        longest_input = 922000
        longest_answer = 128000
        price = { input = 30.0, output = 180.0 }
        price_long = { above = 272000, input = 60.0, output = 270.0 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-5.4-pro.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-5.1"]
        upstream = "openai"
        window = 400000
        longest_input = 272000
        longest_answer = 128000
        price = { input = 1.25, output = 10.0, cached = 0.125 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-5.1.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-5"]
        upstream = "openai"
        window = 400000
        longest_input = 272000
        longest_answer = 128000
        price = { input = 1.25, output = 10.0, cached = 0.125 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-5.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-5-mini"]
        upstream = "openai"
        window = 400000
        longest_input = 272000
        longest_answer = 128000
        price = { input = 0.25, output = 2.0, cached = 0.025 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-5-mini.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-5-nano"]
        upstream = "openai"
        window = 400000
        longest_input = 272000
        longest_answer = 128000
        price = { input = 0.05, output = 0.4, cached = 0.005 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-5-nano.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4"]
        upstream = "openai"
        window = 8192
        longest_answer = 8192
        price = { input = 30.0, output = 60.0 }
        input = ["text"]
        source = "f3fc692299/providers/openai/models/gpt-4.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4-turbo"]
        upstream = "openai"
        window = 128000
        longest_answer = 4096
        price = { input = 10.0, output = 30.0 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-4-turbo.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4.1", "gpt-4.1-2025-04-14"]
        upstream = "openai"
        window = 1047576
        longest_answer = 32768
        price = { input = 2.0, output = 8.0, cached = 0.5 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/openai/models/gpt-4.1.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"]
        upstream = "openai"
        window = 1047576
        longest_answer = 32768
        price = { input = 0.4, output = 1.6, cached = 0.1 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/openai/models/gpt-4.1-mini.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"]
        upstream = "openai"
        window = 1047576
        longest_answer = 32768
        price = { input = 0.1, output = 0.4, cached = 0.025 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-4.1-nano.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4o"]
        upstream = "openai"
        window = 128000
        longest_answer = 16384
        price = { input = 2.5, output = 10.0, cached = 1.25 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/openai/models/gpt-4o.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4o-2024-05-13"]
        upstream = "openai"
        window = 128000
        longest_answer = 4096
        price = { input = 5.0, output = 15.0 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-4o-2024-05-13.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4o-2024-08-06"]
        upstream = "openai"
        window = 128000
        longest_answer = 16384
        price = { input = 2.5, output = 10.0, cached = 1.25 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-4o-2024-08-06.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4o-2024-11-20"]
        upstream = "openai"
        window = 128000
        longest_answer = 16384
        price = { input = 2.5, output = 10.0, cached = 1.25 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/gpt-4o-2024-11-20.toml"
        date = "2026-07-02"

        [[model]]
        names = ["gpt-4o-mini", "gpt-4o-mini-2024-07-18"]
        upstream = "openai"
        window = 128000
        longest_answer = 16384
        price = { input = 0.15, output = 0.6, cached = 0.075 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/openai/models/gpt-4o-mini.toml"
        date = "2026-07-02"

        [[model]]
        names = ["o1", "o1-2024-12-17"]
        upstream = "openai"
        window = 200000
        longest_answer = 100000
        price = { input = 15.0, output = 60.0, cached = 7.5 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/openai/models/o1.toml"
        date = "2026-07-02"

        [[model]]
        names = ["o1-pro", "o1-pro-2025-03-19"]
        upstream = "openai"
        window = 200000
        longest_answer = 100000
        price = { input = 150.0, output = 600.0 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/o1-pro.toml"
        date = "2026-07-02"

        [[model]]
        names = ["o3", "o3-2025-04-16"]
        upstream = "openai"
        window = 200000
        longest_answer = 100000
        price = { input = 2.0, output = 8.0, cached = 0.5 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/openai/models/o3.toml"
        date = "2026-07-02"

        [[model]]
        names = ["o3-mini", "o3-mini-2025-01-31"]
        upstream = "openai"
        window = 200000
        longest_answer = 100000
        price = { input = 1.1, output = 4.4, cached = 0.55 }
        input = ["text"]
        source = "f3fc692299/providers/openai/models/o3-mini.toml"
        date = "2026-07-02"

        [[model]]
        names = ["o3-pro", "o3-pro-2025-06-10"]
        upstream = "openai"
        window = 200000
        longest_answer = 100000
        price = { input = 20.0, output = 80.0 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/o3-pro.toml"
        date = "2026-07-02"

        [[model]]
        names = ["o4-mini", "o4-mini-2025-04-16"]
        upstream = "openai"
        window = 200000
        longest_answer = 100000
        price = { input = 1.1, output = 4.4, cached = 0.275 }
        input = ["text", "image"]
        source = "f3fc692299/providers/openai/models/o4-mini.toml"
        date = "2026-07-02"

        [[model]]
        names = ["o1-mini", "o1-mini-2024-09-12"]
        upstream = "openai"
        window = 128000
        longest_answer = 65536
        price = { input = 1.1, output = 4.4, cached = 0.55 }
        input = ["text"]
        source = "fe7927f2dd/providers/openai/models/o1-mini.toml"
        date = "2026-06-08"

        [[model]]
        names = ["o1-preview", "o1-preview-2024-09-12"]
        upstream = "openai"
        window = 128000
        longest_answer = 32768
        price = { input = 15.0, output = 60.0, cached = 7.5 }
        input = ["text"]
        source = "fe7927f2dd/providers/openai/models/o1-preview.toml"
        date = "2026-06-08"

        [[model]]
        names = ["gpt-4.5-preview", "gpt-4.5-preview-2025-02-27"]
        upstream = "openai"
        window = 128000
        longest_answer = 16384
        price = { input = 75.0, output = 150.0, cached = 37.5 }
        input = ["text", "image"]
        source = "428ee4d7ab/providers/openai/models/gpt-4.5-preview.toml"
        date = "2025-07-16"

        [[model]]
        names = ["deepseek-v4-flash"]
        upstream = "deepseek"
        window = 1000000
        longest_answer = 384000
        price = { input = 0.14, output = 0.28, cached = 0.0028 }
        input = ["text"]
        source = "f3fc692299/providers/deepseek/models/deepseek-v4-flash.toml"
        date = "2026-07-02"

        [[model]]
        names = ["deepseek-v4-pro"]
        upstream = "deepseek"
        window = 1000000
        longest_answer = 384000
        price = { input = 0.435, output = 0.87, cached = 0.003625 }
        input = ["text"]
        source = "f3fc692299/providers/deepseek/models/deepseek-v4-pro.toml"
        date = "2026-07-02"

        [[model]]
        names = ["mistral-small-latest"]
        upstream = "mistral"
        window = 256000
        longest_answer = 256000
        price = { input = 0.15, output = 0.6 }
        input = ["text", "image"]
        source = "f3fc692299/providers/mistral/models/mistral-small-latest.toml"
        date = "2026-07-02"

        [[model]]
        names = ["mistral-large-latest"]
        upstream = "mistral"
        window = 262144
        longest_answer = 262144
        price = { input = 0.5, output = 1.5 }
        input = ["text", "image"]
        source = "f3fc692299/providers/mistral/models/mistral-large-latest.toml"
        date = "2026-07-02"

        [[model]]
        names = ["grok-4.3"]
        upstream = "xai"
        window = 1000000
        longest_answer = 30000
        price = { input = 1.25, output = 2.5, cached = 0.2 }
        price_long = { above = 200000, input = 2.5, output = 5.0, cached = 0.4 }
        input = ["text", "image", "pdf"]
        source = "f3fc692299/providers/xai/models/grok-4.3.toml"
        date = "2026-07-02"

        [[model]]
        names = ["llama-3.3-70b-versatile"]
        upstream = "groq"
        window = 131072
        longest_answer = 32768
        price = { input = 0.59, output = 0.79 }
        input = ["text"]
        source = "f3fc692299/providers/groq/models/llama-3.3-70b-versatile.toml"
        date = "2026-07-02"

        [[model]]
        names = ["llama-3.1-8b-instant"]
        upstream = "groq"
        window = 131072
        longest_answer = 131072
        price = { input = 0.05, output = 0.08 }
        input = ["text"]
        source = "f3fc692299/providers/groq/models/llama-3.1-8b-instant.toml"
        date = "2026-07-02"

        [[model]]
        names = ["openai/gpt-oss-20b"]
        upstream = "groq"
        window = 131072
        longest_answer = 65536
        price = { input = 0.075, output = 0.3, cached = 0.0375 }
        input = ["text"]
        source = "f3fc692299/providers/groq/models/openai/gpt-oss-20b.toml"
        date = "2026-07-02"

        [[model]]
        names = ["openai/gpt-oss-20b"]
        upstream = "together"
        window = 131072
        longest_answer = 131072
        price = { input = 0.05, output = 0.2 }
        input = ["text"]
        source = "f3fc692299/providers/togetherai/models/openai/gpt-oss-20b.toml"
        date = "2026-07-02"
        """#
}
