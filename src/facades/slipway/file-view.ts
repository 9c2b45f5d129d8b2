// How a stored file is best shown, told from its first bytes, its name and the type of its artifact: artifacts of pipelines
// mostly have no extension. Pure.
import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';

export const TABLE_FORMATS = ['csv', 'tsv', 'json', 'jsonl', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export type FileView =
  | { readonly kind: 'table'; readonly format: TableFormat }
  | { readonly kind: 'image'; readonly mediaType: string }
  | { readonly kind: 'html' }
  | { readonly kind: 'markdown' }
  | { readonly kind: 'text' }
  | { readonly kind: 'empty' }
  /** `format` says in words what it is, '' when that is not known. */
  | { readonly kind: 'binary'; readonly format: string };

/** So many first bytes are looked at. */
export const HEAD_BYTES = 8 * 1024;

export function viewOf(head: Buffer, fileName: string, artifactType: string): FileView {
  if (head.length === 0) return { kind: 'empty' };
  const signature = SIGNATURES.find(({ matches }) => matches(head));
  if (signature !== undefined) return signature.view;
  if (!isText(head)) return { kind: 'binary', format: '' };
  return textView(head.toString('utf8'), extname(fileName).toLowerCase(), artifactType);
}

interface Signature {
  readonly matches: (head: Buffer) => boolean;
  readonly view: FileView;
}

const image = (mediaType: string): FileView => ({ kind: 'image', mediaType });
const binary = (format: string): FileView => ({ kind: 'binary', format });
const starts = (hex: string, view: FileView): Signature => ({ matches: (head) => head.subarray(0, hex.length / 2).toString('hex') === hex, view });
const has = (offset: number, text: string, view: FileView): Signature => ({
  matches: (head) => head.subarray(offset, offset + text.length).toString('latin1') === text,
  view,
});

const SIGNATURES: readonly Signature[] = [
  starts('89504e470d0a1a0a', image('image/png')),
  starts('ffd8ff', image('image/jpeg')),
  has(0, 'GIF8', image('image/gif')),
  has(8, 'WEBP', image('image/webp')),
  has(4, 'ftypavif', image('image/avif')),
  has(0, 'PAR1', { kind: 'table', format: 'parquet' }),
  has(0, '%PDF-', binary('PDF document')),
  starts('504b0304', binary('ZIP archive (also PyTorch checkpoints, Keras models and npz files)')),
  starts('1f8b', binary('gzip')),
  starts('28b52ffd', binary('zstd')),
  starts('894844460d0a1a0a', binary('HDF5')),
  has(1, 'NUMPY', binary('NumPy array')),
  has(0, 'SQLite format 3', binary('SQLite database')),
  { matches: (head) => head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5, view: binary('Python pickle (joblib, scikit-learn)') },
];

/** UTF-8 without control characters; a character cut off at the end is no fault. */
function isText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  return [0, 1, 2, 3].some((cut) => cut < head.length && isUtf8(head.subarray(0, head.length - cut)));
}

const FORMAT_BY_EXTENSION: Readonly<Record<string, FileView>> = {
  '.csv': { kind: 'table', format: 'csv' },
  '.tsv': { kind: 'table', format: 'tsv' },
  '.json': { kind: 'table', format: 'json' },
  '.jsonl': { kind: 'table', format: 'jsonl' },
  '.ndjson': { kind: 'table', format: 'jsonl' },
  '.md': { kind: 'markdown' },
  '.markdown': { kind: 'markdown' },
  '.html': { kind: 'html' },
  '.htm': { kind: 'html' },
};

function textView(text: string, extension: string, artifactType: string): FileView {
  if (artifactType === 'system.HTML') return { kind: 'html' };
  if (artifactType === 'system.Markdown') return { kind: 'markdown' };
  const byName = FORMAT_BY_EXTENSION[extension];
  if (byName !== undefined) return byName;
  const start = text.trimStart().slice(0, 200).toLowerCase();
  if (/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg[\s>]/s.test(start)) return image('image/svg+xml');
  if (/^(<!doctype html|<html[\s>])/.test(start)) return { kind: 'html' };
  if (start.startsWith('{') || start.startsWith('[')) return { kind: 'table', format: isJsonLines(text) ? 'jsonl' : 'json' };
  const delimiter = extension === '' ? commonDelimiter(text) : undefined;
  if (delimiter === undefined) return { kind: 'text' };
  return { kind: 'table', format: delimiter === '\t' ? 'tsv' : 'csv' };
}

/** Its first line is a whole object, and there is more than one line. */
function isJsonLines(text: string): boolean {
  const [first = '', second = ''] = text.trimStart().split('\n', 2);
  if (!first.startsWith('{') || !second.startsWith('{')) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false; // one object over several lines
  }
}

const LOOKED_AT_LINES = 8;

/** The delimiter that stands equally often, at least once, in each of the first lines; undefined when there is none. */
export function commonDelimiter(text: string): string | undefined {
  const lines = text.split('\n', LOOKED_AT_LINES + 1);
  // The last one may be cut off.
  const whole = lines.length > 2 ? lines.slice(0, -1) : lines;
  const compared = whole.filter((line) => line.trim() !== '').map((line) => line.replaceAll(/"[^"]*"/g, ''));
  if (compared.length < 2) return undefined;
  return [',', '\t', ';', '|'].find((delimiter) => {
    const counts = new Set(compared.map((line) => line.split(delimiter).length - 1));
    return counts.size === 1 && !counts.has(0);
  });
}
