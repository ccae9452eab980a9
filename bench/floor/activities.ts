import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { z } from 'zod';
import { markStep, type Step } from '../../services/models/prompts/step.ts';

export interface FloorMessage {
  id: string;
  conversation: string;
  text: string;
}

const intentAnswer = z.object({ intent: z.string(), text: z.string().optional() });
const planAnswer = z.object({ subtasks: z.array(z.object({ instruction: z.string() })) });

/** The floor's steps: model calls and a signed delivery. */
export function createFloorActivities(options: { modelEndpoint: string; replyUrl: string; secret: string }) {
  const openai = new OpenAI({ baseURL: options.modelEndpoint, apiKey: 'none', maxRetries: 0 });
  const webhook = new Webhook(options.secret);

  async function ask(step: Step, prompt: string, user: string): Promise<string> {
    const completion = await openai.chat.completions.create({
      model: 'bench',
      messages: [
        { role: 'system', content: markStep(step, prompt) },
        { role: 'user', content: user },
      ],
    });
    return completion.choices[0]?.message.content ?? '';
  }

  return {
    async intent(text: string) {
      const said = await ask('intent', 'Answer plain talk, or say the intent `task`. Answer in JSON.', text);
      return intentAnswer.parse(JSON.parse(said));
    },
    async plan(text: string) {
      const said = await ask('decompose', 'Split the order into subtasks. Answer in JSON.', text);
      return planAnswer.parse(JSON.parse(said)).subtasks.map((part) => part.instruction);
    },
    subtask: (instruction: string) => ask('model', 'Do this part of the work.', instruction),
    aggregate: (text: string, results: string[]) =>
      ask('aggregate', 'Make one answer of the results.', `${text}\n\n${results.join('\n\n')}`),
    async deliver(message: FloorMessage, text: string) {
      const body = JSON.stringify({
        ...{ type: 'reply', conversation: message.conversation, inReplyTo: message.id },
        ...{ runId: runIdOf(message.id), text, final: true, outcome: 'answered' },
      });
      const id = randomUUID();
      const now = new Date();
      const response = await request(options.replyUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          'webhook-signature': webhook.sign(id, now, body),
        },
        body,
      });
      await response.body.dump();
      if (response.statusCode !== 204) throw new Error(`the sink answered ${response.statusCode}`);
    },
  };
}

export type FloorActivities = ReturnType<typeof createFloorActivities>;

/** The sink checks replies by Errand's contract, where a run's id has 26 letters or digits. */
function runIdOf(messageId: string): string {
  return messageId.replaceAll('-', '').padStart(26, '0').slice(-26);
}
