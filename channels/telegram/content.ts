import type { Attachment } from '../../contracts/index.ts';
import type { TelegramFile, TelegramMessage } from './update.ts';

/** What else a person can send, and what a flow is told of it. */
const standIns = ['contact', 'venue', 'dice', 'game', 'story', 'checklist', 'paid_media', 'giveaway'];

/** What came instead of a text; undefined for what no person says: joins, pins, changes of a title. */
export function standInOf(message: TelegramMessage): string | undefined {
  const { location, poll, sticker } = message;
  const kind = standIns.find((name) => Object.hasOwn(message, name));
  if (kind !== undefined) return `[${kind.replace('_', ' ')}]`;
  if (sticker) return `[${['sticker', sticker.emoji].filter(Boolean).join(' ')}]`;
  if (location) return `[location ${location.latitude}, ${location.longitude}]`;
  return poll && `[poll] ${poll.question ?? ''}`.trim();
}

/** A picture comes in several sizes, the largest last; an animation comes as a document too. */
export function attachmentsOf(message: TelegramMessage): Attachment[] {
  const { animation, audio, document, photo, video, video_note, voice } = message;
  const picture = photo?.at(-1);
  return [
    ...(picture ? [attachment('image', { ...picture, mime_type: 'image/jpeg' })] : []),
    ...(animation
      ? [attachment('video', animation)]
      : document
        ? [attachment(kindOf(document), document)]
        : []),
    ...(voice ? [attachment('audio', { mime_type: 'audio/ogg', file_name: 'voice.ogg', ...voice })] : []),
    ...(audio ? [attachment('audio', audio)] : []),
    ...[video, video_note].flatMap((film) => (film ? [attachment('video', film)] : [])),
  ];
}

function kindOf({ mime_type }: TelegramFile): Attachment['kind'] {
  return (['image', 'audio', 'video'] as const).find((kind) => mime_type?.startsWith(`${kind}/`)) ?? 'file';
}

function attachment(
  kind: Attachment['kind'],
  { file_id, file_name, file_size, mime_type }: TelegramFile,
): Attachment {
  return {
    kind,
    ...(file_name ? { name: file_name.slice(0, 256) } : {}),
    ...(mime_type ? { mimeType: mime_type.slice(0, 128) } : {}),
    ...(file_size === undefined ? {} : { bytes: file_size }),
    source: { file: file_id },
  };
}
