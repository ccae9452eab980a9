import { z } from 'zod';
import type { ModelQuirk } from './model-quirk.ts';

export const modelPreset = z.enum([
  'deepseek',
  'qwen',
  'glm',
  'kimi',
  'openai',
  'vllm',
  'ollama',
  'llama.cpp',
]);
type ModelPreset = z.infer<typeof modelPreset>;

interface PresetFacts {
  /** Base URL where the configuration names none: the vendor's, or the server's usual port on this machine. */
  endpoint: string;
  /** Known beforehand, so that the first call need not find out. What is not listed is found out all the same. */
  quirks: readonly ModelQuirk[];
}

/**
 * By the vendors' own documentation of November 2026: api-docs.deepseek.com, help.aliyun.com/zh/model-studio,
 * docs.bigmodel.cn, platform.kimi.com, platform.openai.com, docs.vllm.ai, docs.ollama.com, llama.cpp's tools/server.
 */
export const modelPresets: Readonly<Record<ModelPreset, PresetFacts>> = {
  deepseek: { endpoint: 'https://api.deepseek.com/v1', quirks: ['noJsonSchema', 'wantsReasoning'] },
  qwen: { endpoint: 'https://dashscope.aliyuncs.com/compatible-mode/v1', quirks: [] },
  glm: { endpoint: 'https://open.bigmodel.cn/api/paas/v4', quirks: ['noJsonSchema', 'noStreamOptions'] },
  kimi: { endpoint: 'https://api.moonshot.cn/v1', quirks: ['wantsReasoning'] },
  openai: { endpoint: 'https://api.openai.com/v1', quirks: ['maxCompletionTokens'] },
  vllm: { endpoint: 'http://127.0.0.1:8000/v1', quirks: [] },
  ollama: { endpoint: 'http://127.0.0.1:11434/v1', quirks: [] },
  'llama.cpp': { endpoint: 'http://127.0.0.1:8080/v1', quirks: [] },
};
