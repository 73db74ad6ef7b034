// Just enough of Rust's words to set a program's source well: no parser, and no claim to be one.

/** A piece of a line, and what kind of word it is. */
export interface Piece {
  text: string;
  kind: "plain" | "comment" | "string" | "literal" | "keyword" | "macro";
}

const KEYWORDS = new Set(
  "as break const continue else enum fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true false type use where while".split(
    " ",
  ),
);

const WORD =
  /(\/\/.*)|(b?"(?:\\.|[^"\\])*"|b?'(?:\\.|[^'\\])')|(\b\d[\w.]*)|([A-Za-z_]\w*!)(?!=)|([A-Za-z_]\w*)|(\s+|.)/g;

/** Cuts a line into pieces; together they are the line. */
export function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  for (const match of line.matchAll(WORD)) {
    const [text, comment, string, number, macro, word] = match;
    const kind =
      comment !== undefined
        ? "comment"
        : string !== undefined
          ? "string"
          : number !== undefined
            ? "literal"
            : macro !== undefined
              ? "macro"
              : word !== undefined && KEYWORDS.has(word)
                ? "keyword"
                : "plain";
    const before = pieces.at(-1);
    if (before?.kind === kind) before.text += text;
    else pieces.push({ text, kind });
  }
  return pieces;
}
