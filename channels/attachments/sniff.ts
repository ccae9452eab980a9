import type { Attachment } from '../../contracts/index.ts';

/** How files of a type begin: bytes as latin-1 text, at an offset. Formats of two parts name both. */
const signatures: readonly [mimeType: string, ...parts: (readonly [offset: number, bytes: string])[]][] = [
  ['image/png', [0, '\x89PNG\r\n\x1a\n']],
  ['image/jpeg', [0, '\xff\xd8\xff']],
  ['image/gif', [0, 'GIF87a']],
  ['image/gif', [0, 'GIF89a']],
  ['image/webp', [0, 'RIFF'], [8, 'WEBP']],
  ['image/bmp', [0, 'BM'], [6, '\0\0\0\0']],
  ['image/tiff', [0, 'II*\0']],
  ['image/tiff', [0, 'MM\0*']],
  ['image/heic', [4, 'ftyphei']],
  ['image/heic', [4, 'ftypmif1']],
  ['image/avif', [4, 'ftypavif']],
  ['audio/mp4', [4, 'ftypM4A']],
  ['video/quicktime', [4, 'ftypqt']],
  ['video/mp4', [4, 'ftyp']],
  ['audio/mpeg', [0, 'ID3']],
  ['audio/mpeg', [0, '\xff\xfb']],
  ['audio/mpeg', [0, '\xff\xf3']],
  ['audio/mpeg', [0, '\xff\xf2']],
  ['audio/aac', [0, '\xff\xf1']],
  ['audio/aac', [0, '\xff\xf9']],
  ['audio/ogg', [0, 'OggS']],
  ['audio/flac', [0, 'fLaC']],
  ['audio/amr', [0, '#!AMR']],
  ['audio/silk', [0, '#!SILK']],
  ['audio/silk', [1, '#!SILK']],
  ['audio/wav', [0, 'RIFF'], [8, 'WAVE']],
  ['video/x-msvideo', [0, 'RIFF'], [8, 'AVI ']],
  ['video/webm', [0, '\x1aE\xdf\xa3']],
  ['video/x-flv', [0, 'FLV\x01']],
  ['application/pdf', [0, '%PDF-']],
  ['application/zip', [0, 'PK\x03\x04']],
  ['application/gzip', [0, '\x1f\x8b']],
  ['application/x-7z-compressed', [0, "7z\xbc\xaf'\x1c"]],
  ['application/vnd.rar', [0, 'Rar!\x1a\x07']],
  ['application/x-msdownload', [0, 'MZ']],
  ['application/x-executable', [0, '\x7fELF']],
];
const longest = 32;
/** Either may be sound alone. */
const containers = new Set(['video/mp4', 'video/webm', 'video/quicktime', 'audio/ogg', 'audio/mp4']);

/** What a file is, by how it begins; undefined for text and whatever else has no mark. */
export function sniff(body: Uint8Array): string | undefined {
  const head = Buffer.from(body.subarray(0, longest)).toString('latin1');
  return signatures.find(([, ...parts]) => parts.every(([at, bytes]) => head.startsWith(bytes, at)))?.[0];
}

/** Whether bytes are what a platform calls them. A file may be anything. */
export function isOfKind(kind: Attachment['kind'], sniffed: string | undefined): boolean {
  if (kind === 'file') return true;
  if (sniffed === undefined) return false;
  if (kind !== 'image' && containers.has(sniffed)) return true;
  return sniffed.startsWith(`${kind}/`);
}
