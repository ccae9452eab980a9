import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import { messageText } from '../message-text.ts';
import { postText } from './post-content.ts';

/** What a message says and what came with it. `text` still has the keys of mentions in it. */
export interface Content {
  text: string;
  attachments: Attachment[];
  /** The text is not the person's. */
  isStandIn?: true;
}

const key = z.string().min(1).max(256);
const name = z.string().max(4_096).optional();

/** How each type of message is read; `message` is its id, by which its files are fetched. */
const readers: Record<string, (content: unknown, message: string) => Content> = {
  text: (content) => ({ text: z.object({ text: z.string() }).parse(content).text, attachments: [] }),
  post: (content, message) => {
    const { text, images, files } = postText(content);
    return {
      text,
      attachments: [
        ...images.map((image) => file('image', message, image)),
        ...files.map((video) => file('video', message, video)),
      ],
    };
  },
  image: (content, message) =>
    only(file('image', message, z.object({ image_key: key }).parse(content).image_key)),
  file: (content, message) => {
    const { file_key, file_name } = z.object({ file_key: key, file_name: name }).parse(content);
    return only(file('file', message, file_key, file_name));
  },
  audio: (content, message) =>
    only(file('audio', message, z.object({ file_key: key }).parse(content).file_key)),
  media: (content, message) => {
    const { file_key, file_name } = z.object({ file_key: key, file_name: name }).parse(content);
    return only(file('video', message, file_key, file_name));
  },
  location: (content) => {
    const place = z.object({ name: z.string(), longitude: z.string(), latitude: z.string() }).parse(content);
    return { text: `${place.name} (${place.latitude}, ${place.longitude})`, attachments: [] };
  },
};

/**
 * Reads a message's content. Of a type that is not read, or not of the form it should have, the text names the type,
 * so that an answer can say that it was not understood. Throws nothing.
 */
export function readContent(type: string, content: string, message: string): Content {
  try {
    const read = readers[type];
    if (read) return read(JSON.parse(content), message);
  } catch {
    // Said like a type that is not known.
  }
  return { text: `[${type}]`, attachments: [], isStandIn: true };
}

function only(attachment: Attachment): Content {
  return { text: '', attachments: [attachment] };
}

function file(kind: Attachment['kind'], message: string, fileKey: string, fileName?: string): Attachment {
  return {
    kind,
    ...(fileName === undefined ? {} : { name: messageText(fileName, 256) }),
    source: { message, key: fileKey, type: kind === 'image' ? 'image' : 'file' },
  };
}
