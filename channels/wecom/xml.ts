import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

const document = z.object({ xml: z.record(z.string(), z.unknown()) });
const cdata = /<!\[CDATA\[[\s\S]*?\]\]>/g;

/** Values stay the text that they are: message ids exceed what a number can hold. */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  maxNestedTags: 10,
});

/**
 * The fields of an `<xml>` document; undefined when it is none. Any markup declaration (DOCTYPE, ENTITY) makes it none:
 * the platform sends no such thing, and it is how a parser is made to read files or to fill the memory.
 */
export function readXml(text: string): Record<string, unknown> | undefined {
  if (text.replace(cdata, '').includes('<!')) return undefined;
  try {
    return document.safeParse(parser.parse(text, true)).data?.xml;
  } catch {
    return undefined;
  }
}

/** Texts by the names of their tags; tags within a tag. */
export interface XmlFields {
  [name: string]: string | XmlFields;
}

/** An `<xml>` document. */
export function writeXml(fields: XmlFields): string {
  return tag('xml', fields);
}

function tag(name: string, content: string | XmlFields): string {
  const inside =
    typeof content === 'string'
      ? `<![CDATA[${content.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
      : Object.entries(content)
          .map((field) => tag(...field))
          .join('');
  return `<${name}>${inside}</${name}>`;
}
