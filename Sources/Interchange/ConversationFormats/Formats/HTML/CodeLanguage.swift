/// What tells the comments, strings and keywords of a language.
struct CodeLanguage {
    let lineComments: [String]
    let blockComment: (String, String)?
    let quotes: Set<Unicode.Scalar>
    private let keywords: Set<String>
    private let ignoresCase: Bool

    /// Nil where nothing is known of the language.
    init?(_ name: String) {
        guard
            let (family, words) = Self.languages.first(where: { $0.names.contains(name) }).map({ ($0.family, $0.words) }
            )
        else { return nil }
        keywords = Set(words.split(separator: " ").map(String.init))
        ignoresCase = family == .sql
        switch family {
        case .slashes:
            (lineComments, blockComment) = (["//"], ("/*", "*/"))
            quotes = ["\"", "'", "`"]
        case .slashesWithoutSingleQuotes:
            (lineComments, blockComment) = (["//"], ("/*", "*/"))
            quotes = ["\""]
        case .hashes:
            (lineComments, blockComment) = (["#"], nil)
            quotes = ["\"", "'"]
        case .sql:
            (lineComments, blockComment) = (["--"], ("/*", "*/"))
            quotes = ["'", "\""]
        case .data:
            (lineComments, blockComment) = ([], nil)
            quotes = ["\""]
        case .markup:
            (lineComments, blockComment) = ([], ("<!--", "-->"))
            quotes = ["\""]
        }
    }

    func isKeyword(_ word: String) -> Bool { keywords.contains(ignoresCase ? word.lowercased() : word) }

    private enum Family { case slashes, slashesWithoutSingleQuotes, hashes, sql, data, markup }

    private static let languages: [(names: [String], family: Family, words: String)] = [
        (
            ["swift"], .slashesWithoutSingleQuotes,
            """
            actor as async await break case catch class continue default defer deinit do else enum extension fallthrough \
            false fileprivate for func guard if import in init inout internal is let nil open operator package private \
            protocol public repeat rethrows return self Self some any static struct subscript super switch throw throws \
            true try typealias var where while
            """
        ),
        (
            ["rust", "rs"], .slashesWithoutSingleQuotes,
            """
            as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move \
            mut pub ref return self Self static struct super trait true type unsafe use where while
            """
        ),
        (
            ["python", "py"], .hashes,
            """
            and as assert async await break class continue def del elif else except False finally for from global if \
            import in is lambda None nonlocal not or pass raise return True try while with yield match case
            """
        ),
        (
            ["javascript", "js", "jsx", "typescript", "ts", "tsx"], .slashes,
            """
            abstract any as async await boolean break case catch class const continue default delete do else enum export \
            extends false finally for from function if implements import in instanceof interface let new null number of \
            private public readonly return static string super switch this throw true try type typeof undefined var void \
            while yield
            """
        ),
        (
            [
                "c", "cpp", "c++", "h", "java", "kotlin", "kt", "csharp", "c#", "cs", "go", "golang", "scala", "dart",
                "php",
            ],
            .slashes,
            """
            abstract auto bool boolean break case catch chan char class const continue def default defer delete do double \
            else enum extends extern final finally float for fun func go goto if implements import in include inline int \
            interface internal let long map namespace new nil null nullptr object operator override package private \
            protected public range register return select short signed sizeof static string struct super switch template \
            this throw throws true false try type typedef typename union unsigned using val var virtual void volatile when \
            while with
            """
        ),
        (
            ["bash", "sh", "shell", "zsh", "console"], .hashes,
            "case do done elif else esac export fi for function if in local return set then until while"
        ),
        (
            ["ruby", "rb", "perl", "r", "elixir", "toml", "yaml", "yml", "dockerfile", "makefile", "ini"], .hashes,
            """
            and begin break case class def do else elsif end ensure false for if in module my next nil not null or our \
            redo rescue retry return self sub super then true undef unless until use when while yield FROM RUN COPY
            """
        ),
        (
            ["sql", "sqlite", "postgres", "postgresql", "mysql"], .sql,
            """
            add all alter and as asc begin between by case check commit create cross default delete desc distinct drop \
            else end except exists foreign from full group having in index inner insert into is join key left like limit \
            not null offset on or order outer primary references right rollback select set table then trigger union \
            unique update using values view when where with
            """
        ),
        (["json", "jsonl", "json5"], .data, "true false null"),
        (["html", "xml", "svg"], .markup, ""),
    ]
}
