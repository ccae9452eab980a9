export interface TableCell {
  rendered: string;
  plain: string;
}

export interface Table {
  header: TableCell[];
  rows: TableCell[][];
  align: readonly ('left' | 'right' | 'center' | null)[];
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns of a fixed-width font: Chinese, Japanese, Korean and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** A table as lines of aligned columns, for a fixed-width font: header, rule, rows. Plain text. */
export function alignedTable({ header, rows, align }: Table): string {
  const lines = [header, ...rows].map((cells) => cells.map(({ plain }) => plain));
  const widths = header.map((_, column) =>
    Math.max(3, ...lines.map((cells) => displayWidth(cells[column] ?? ''))),
  );
  const [first = '', ...rest] = lines.map((cells) =>
    widths
      .map((width, column) => padded(cells[column] ?? '', width, align[column] ?? null))
      .join(' | ')
      .trimEnd(),
  );
  return [first, widths.map((width) => '-'.repeat(width)).join('-|-'), ...rest].join('\n');
}

/** A table as a list, for where wide lines are hard to read: each row under its first cell, each further cell named. */
export function listedTable(
  { header, rows }: Table,
  { strong, bullet = '• ' }: { strong(rendered: string): string; bullet?: string },
): string {
  if (rows.length === 0) return header.map(({ rendered }) => strong(rendered)).join(' | ');
  const entry = (cells: readonly TableCell[]): string => {
    const [first, ...rest] = cells;
    const named = rest.map(({ rendered }, index) => `${bullet}${nameOf(header[index + 1])}${rendered}`);
    return [first?.plain ? strong(first.rendered) : '', ...named].filter((line) => line !== '').join('\n');
  };
  return rows.map(entry).join('\n\n');
}

function nameOf(cell: TableCell | undefined): string {
  return cell?.plain ? `${cell.rendered}: ` : '';
}

function padded(text: string, width: number, align: Table['align'][number]): string {
  const missing = width - displayWidth(text);
  const left = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0;
  return ' '.repeat(left) + text + ' '.repeat(missing - left);
}
