import { WSClient } from '@wecom/aibot-node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeToBot } from '../../test/fakes/wecom/people.ts';
import { defaultBot, startWecomServer, type WecomServer } from '../../test/fakes/wecom/server.ts';
import { type BotSocket, openBotSocket } from './socket.ts';

let server: WecomServer;
let sockets: BotSocket[];

beforeEach(async () => {
  server = await startWecomServer();
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.close('the test is over');
  await server.close();
});

async function start(change: { heartbeatMs?: number; acknowledgeMs?: number } = {}) {
  let signs = 0;
  const socket = await openBotSocket({
    url: server.wsUrl,
    onCallback: () => undefined,
    onAlive: () => {
      signs += 1;
    },
    ...change,
  });
  sockets.push(socket);
  expect(
    await socket.call('aibot_subscribe', { bot_id: defaultBot.botId, secret: defaultBot.secret }),
  ).toEqual({
    errcode: 0,
    errmsg: 'ok',
  });
  return { socket, signs: () => signs };
}

describe('a bot’s socket', () => {
  it('asks for signs of life, and passes them on', async () => {
    const { signs } = await start({ heartbeatMs: 20 });
    await expect.poll(() => server.bot.pings).toBeGreaterThan(2);
    expect(signs()).toBeGreaterThan(2);
  });

  it('notices that nothing is heard any more, though nobody closed it', async () => {
    const { socket } = await start({ heartbeatMs: 20 });
    server.bot.stalled = true;
    expect(await socket.ended).toContain('nothing was heard');
  });

  it('does not know what became of a command that is not acknowledged', async () => {
    const { socket } = await start({ acknowledgeMs: 30 });
    server.bot.fail = () => ({ type: 'silence' });
    await expect(socket.call('aibot_send_msg', {})).rejects.toMatchObject({
      retryable: true,
      ambiguous: true,
    });
  });

  it('does not know it either when the connection ends meanwhile, and sends nothing afterwards', async () => {
    const { socket } = await start();
    server.bot.fail = () => ({ type: 'drop-after' });
    await expect(socket.call('aibot_send_msg', {})).rejects.toMatchObject({ ambiguous: true });
    await expect(socket.call('aibot_send_msg', {})).rejects.toMatchObject({
      ambiguous: false,
      retryable: true,
    });
  });

  it('says what belongs to one callback one after the other', async () => {
    const { socket } = await start();
    const reqId = server.bot.push('aibot_msg_callback', 'ada', {});
    const stream = (content: string, finish = false) =>
      socket.call('aibot_respond_msg', { msgtype: 'stream', stream: { id: 's1', finish, content } }, reqId);
    const answers = await Promise.all([stream('one'), stream('two'), stream('three', true), stream('four')]);
    expect(answers.map(({ errcode }) => errcode)).toEqual([0, 0, 0, 846607]);
    expect(server.seen.in('ada')).toMatchObject([{ states: ['one', 'two', 'three'], finished: true }]);
  });
});

describe('the fake vendor', () => {
  it("speaks with the vendor's own SDK", async () => {
    const nothing = () => undefined;
    const client = new WSClient({
      ...defaultBot,
      wsUrl: server.wsUrl,
      heartbeatInterval: 20,
      maxReconnectAttempts: 0,
      logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    });
    client.on('message.text', (frame) => {
      const say = async () => {
        await client.replyStream(frame, 'stream-1', 'working', false);
        await client.replyStream(frame, 'stream-1', `echo: ${frame.body?.text.content}`, true);
        await client.sendMessage('ada', { msgtype: 'markdown', markdown: { content: 'and one more' } });
      };
      void say();
    });
    const authenticated = new Promise((resolve) => client.on('authenticated', () => resolve(undefined)));
    client.connect();
    await authenticated;
    writeToBot(server, 'hello');
    await expect.poll(() => server.seen.contents('ada')).toEqual(['echo: hello', 'and one more']);
    await expect.poll(() => server.bot.pings).toBeGreaterThan(0);
    client.disconnect();
    expect(server.bot.refusals).toEqual([]);
  });
});
