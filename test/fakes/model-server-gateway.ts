import { type ModelConfig, modelConfig } from '../../contracts/config.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { createModelGateway, type ModelGateway } from '../../services/models/index.ts';

export interface GatewayUnderTest {
  gateway: ModelGateway;
  egress: Egress;
  /** Log lines and results of calls, as the gateway wrote them. */
  warnings: object[];
  results: { model: string; result: string }[];
  close(): Promise<void>;
}

type Overrides = Partial<Record<keyof ModelConfig, unknown>>;

/** A gateway over real HTTP to servers, named `m1`, `m2`… in order of preference. */
export function gatewayTo(servers: readonly ({ endpoint: string } & Overrides)[]): GatewayUnderTest {
  const warnings: object[] = [];
  const results: { model: string; result: string }[] = [];
  const egress = createEgress({ allow: [] });
  const gateway = createModelGateway({
    models: servers.map((server, index) =>
      modelConfig.strip().parse({ id: `m${index + 1}`, model: 'fake', ...server }),
    ),
    fetch: egress.trustedFetch,
    logger: { warn: (fields) => warnings.push(fields) },
    metrics: {
      modelSeconds: { observe: ({ model, result }) => results.push({ model, result }) },
      modelTokens: { inc: () => {} },
    },
  });
  return { gateway, egress, warnings, results, close: () => egress.close() };
}
