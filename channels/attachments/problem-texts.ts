import type { Texts } from '../../contracts/index.ts';

/** Why an attachment is not there, in words for the person. */
export const problemTexts = {
  tooLarge: {
    en: 'The file is too large: I take up to 20 MB.',
    zh: '文件太大：最多接收 20 MB。',
  },
  notItsKind: {
    en: 'The content is not the kind of file that it is sent as, so I did not take it.',
    zh: '文件内容与其类型不符，未接收。',
  },
  notFetched: {
    en: 'The file could not be downloaded from the platform. Please send it again.',
    zh: '未能从平台下载该文件，请重新发送。',
  },
  notPossible: {
    en: 'I cannot receive files here.',
    zh: '此渠道暂不支持接收文件。',
  },
} as const satisfies Record<string, Texts>;
