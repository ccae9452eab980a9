import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

describe('createMetrics', () => {
  it('shows the instruments and the process in the text form of Prometheus', async () => {
    const metrics = createMetrics();
    metrics.accepted.inc();
    metrics.refused.inc({ reason: 'unauthorized' });
    metrics.outcomes.inc({ outcome: 'answered' });
    metrics.modelSeconds.observe({ model: 'main', result: 'ok' }, 1.2);
    metrics.modelTokens.inc({ model: 'main', kind: 'prompt' }, 30);
    metrics.deliverySeconds.observe({ channel: 'webhook', result: 'delivered' }, 0.02);
    metrics.httpSeconds.observe({ route: '/webhooks/:account', method: 'POST', status: '202' }, 0.004);
    const text = await metrics.registry.metrics();
    for (const line of [
      'errand_accepted_total 1',
      'errand_refused_total{reason="unauthorized"} 1',
      'errand_outcomes_total{outcome="answered"} 1',
      'errand_model_seconds_count{model="main",result="ok"} 1',
      'errand_model_tokens_total{model="main",kind="prompt"} 30',
      'errand_delivery_seconds_count{channel="webhook",result="delivered"} 1',
      'errand_http_seconds_count{route="/webhooks/:account",method="POST",status="202"} 1',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('keeps the counts of two registries apart', async () => {
    const [first, second] = [createMetrics(), createMetrics()];
    first.accepted.inc();
    expect((await second.accepted.get()).values[0]?.value).toBe(0);
  });
});
