import { describe, expect, it } from 'vitest';
import type { ChatMessage, ToolDescription } from '../../contracts/chat.ts';
import type { Reply } from '../../test/fakes/model-server.ts';
import { closeAfterEach, hello, openGateway, openServer } from '../../test/fakes/model-server-open.ts';

closeAfterEach();

const weather: ToolDescription = {
  name: 'weather',
  description: 'The weather at a place.',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
};
const tools = [weather, { ...weather, name: 'tide' }];
const calling = (call: string, name = 'weather'): Reply => ({ text: '', tools: [{ name, arguments: call }] });

describe('a tool call', () => {
  it('comes back with its id, its name and its arguments, several at once and in their order', async () => {
    const main = await openServer({
      script: [
        {
          text: 'Let me see.',
          tools: [
            { id: 'a', name: 'weather', arguments: '{"place":"北京"}' },
            { id: 'b', name: 'tide', arguments: '{"place":"Brest"}' },
          ],
        },
      ],
    });
    const { text, toolCalls } = await openGateway([main]).gateway.complete(hello({ tools }));
    expect(text).toBe('Let me see.');
    expect(toolCalls).toEqual([
      { id: 'a', name: 'weather', written: '{"place":"北京"}', arguments: { place: '北京' } },
      { id: 'b', name: 'tide', written: '{"place":"Brest"}', arguments: { place: 'Brest' } },
    ]);
    expect(main.requests[0]?.body.tools?.map((tool) => tool.function)).toEqual(tools);
  });

  it('may come in one piece', async () => {
    const main = await openServer({
      script: [{ text: '', unstreamed: true, tools: [{ name: 'weather', arguments: '{"place":"Rome"}' }] }],
    });
    const { toolCalls } = await openGateway([main]).gateway.complete(hello({ tools }));
    expect(toolCalls).toMatchObject([{ id: 'call_fake0', arguments: { place: 'Rome' } }]);
  });

  it.each([true, undefined] as const)(
    'without ids gets some of its own (in one piece: %s)',
    async (unstreamed) => {
      const calls = ['Rome', 'Oslo'].map((place) => ({
        id: false as const,
        name: 'weather',
        arguments: JSON.stringify({ place }),
      }));
      const main = await openServer({
        script: [{ text: '', tools: calls, ...(unstreamed && { unstreamed }) }],
      });
      const { gateway } = openGateway([main]);
      const { toolCalls } = await gateway.complete(hello({ tools }));
      expect(toolCalls.map((call) => call.arguments)).toEqual([{ place: 'Rome' }, { place: 'Oslo' }]);
      expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
      expect(gateway.status()[0]?.quirks).toContain('noToolCallIds');
    },
  );

  it('without arguments has none', async () => {
    const main = await openServer({ script: [calling('')] });
    const { toolCalls } = await openGateway([main]).gateway.complete(hello({ tools }));
    expect(toolCalls).toMatchObject([{ written: '', arguments: {} }]);
  });

  it.each<[string, Reply, object]>([
    ['to an unknown tool', calling('{}', 'launch'), { name: 'launch', problem: 'unknownTool' }],
    [
      'with arguments that are not JSON',
      calling('{"place":'),
      { problem: 'argumentsNotJson', written: '{"place":' },
    ],
    ['with arguments that are no object', calling('[1]'), { problem: 'argumentsNotJson' }],
  ])('%s is handed on as such', async (_, reply, call) => {
    const main = await openServer({ script: [reply] });
    const { toolCalls } = await openGateway([main]).gateway.complete(hello({ tools }));
    expect(toolCalls).toEqual([expect.objectContaining(call)]);
    expect(toolCalls[0]).not.toHaveProperty('arguments');
  });

  it('goes back with what it gave, as a strict vendor wants it, arguments that are not JSON left out', async () => {
    const main = await openServer({ script: [calling('{"place":'), 'Sunny.'] });
    const { gateway } = openGateway([main]);
    const { text, toolCalls } = await gateway.complete(hello({ tools }));
    const messages: ChatMessage[] = [
      ...hello().messages,
      { role: 'assistant', content: text, toolCalls },
      ...toolCalls.map(({ id }) => ({ role: 'tool' as const, content: 'not JSON', toolCallId: id })),
    ];
    expect((await gateway.complete(hello({ messages, tools }))).text).toBe('Sunny.');
    expect(main.failures).toEqual([]);
    expect(main.requests[1]?.body.messages[1]).toMatchObject({
      tool_calls: [{ function: { arguments: '{}' } }],
    });
  });

  it('that floods is refused, and no other endpoint pays for it', async () => {
    const flood = Array.from({ length: 65 }, () => ({ name: 'weather', arguments: '{}' }));
    const main = await openServer({
      script: [{ text: '', tools: flood.map((call, at) => ({ ...call, id: `c${at}` })) }],
    });
    const backup = await openServer();
    const asked = openGateway([main, backup]).gateway.complete(hello({ tools }));
    await expect(asked).rejects.toMatchObject({ type: 'ModelOutputInvalid' });
    expect(backup.count()).toBe(0);
  });
});

describe('reasoning', () => {
  it('is handed on apart from the answer', async () => {
    const main = await openServer({
      script: [
        { text: 'Yes.', reasoning: 'hm' },
        '<think>well</think>\n\nYes.',
        { text: 'Yes.', reasoning: 'so', blocks: true },
        { text: 'Yes.', reasoning: 'there', blocks: true, unstreamed: true },
      ],
    });
    const { gateway } = openGateway([main]);
    for (const reasoning of ['hm', 'well', 'so', 'there']) {
      expect(await gateway.complete(hello())).toMatchObject({ text: 'Yes.', reasoning });
    }
    expect(gateway.status()[0]?.quirks).toEqual(expect.arrayContaining(['reasoningField', 'thinkTags']));
  });

  it('goes back with its tool calls where an endpoint wants that, which is asked once', async () => {
    const main = await openServer({ wantsReasoning: true, script: ['Mild.', 'Mild.'] });
    const { gateway } = openGateway([main]);
    const call = { id: 'c', name: 'weather', written: '{"place":"Rome"}', arguments: { place: 'Rome' } };
    const messages: ChatMessage[] = [
      ...hello().messages,
      { role: 'assistant', content: '', toolCalls: [call], reasoning: 'Rome, then' },
      { role: 'tool', content: 'mild', toolCallId: 'c' },
    ];
    expect((await gateway.complete(hello({ messages, tools }))).usage.calls).toBe(2);
    expect((await gateway.complete(hello({ messages, tools }))).usage.calls).toBe(1);
    expect(main.requests.at(-1)?.body.messages[1]).toMatchObject({ reasoning_content: 'Rome, then' });
  });
});
