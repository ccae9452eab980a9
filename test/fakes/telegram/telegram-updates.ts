let counted = 1_000;

/** A message of a person, in a private chat unless another is named. */
export function messageUpdate(text: string, change: object = {}) {
  counted += 1;
  return {
    update_id: counted,
    message: {
      message_id: counted,
      date: Math.floor(Date.now() / 1_000),
      chat: { id: 42, type: 'private', first_name: 'Ada' },
      from: { id: 42, is_bot: false, first_name: 'Ada', language_code: 'en' },
      text,
      ...change,
    },
  };
}

/** The same in a group, with the bot mentioned at the beginning. */
export function mentionUpdate(text: string, change: object = {}) {
  const mention = '@errand_test_bot';
  return messageUpdate(`${mention} ${text}`, {
    chat: { id: -1_001, type: 'supergroup', title: 'Team' },
    entities: [{ type: 'mention', offset: 0, length: mention.length }],
    ...change,
  });
}

/** Somebody pressed a button of a message. */
export function pressUpdate(data: string, { chat, id }: { chat: string; id: number }) {
  counted += 1;
  return {
    update_id: counted,
    callback_query: {
      id: `q${counted}`,
      from: { id: 42, is_bot: false, first_name: 'Ada' },
      message: {
        message_id: id,
        date: 1,
        chat: { id: Number(chat), type: chat.startsWith('-') ? 'supergroup' : 'private' },
      },
      chat_instance: '1',
      data,
    },
  };
}
