import { type ModelConfig, modelConfig } from '../../contracts/config.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { createModelGateway, type ModelGateway } from '../../services/models/index.ts';

export interface GatewayUnderTest {
  gateway: ModelGateway;
  egress: Egress;
  /** Log lines and results of calls, as the gateway wrote them. */
  warnings: object[];
  calls: object[];
  results: { model: string; result: string }[];
  close(): Promise<void>;
}

type Overrides = Partial<Record<keyof ModelConfig, unknown>>;

/** Of a server only what is configuration. */
function configured(server: object): object {
  return Object.fromEntries(Object.entries(server).filter(([name]) => name in modelConfig.shape));
}

/** A gateway over real HTTP to servers, named `m1`, `m2`… in order of preference. */
export function gatewayTo(servers: readonly ({ endpoint: string } & Overrides)[]): GatewayUnderTest {
  const calls: object[] = [];
  const warnings: object[] = [];
  const results: { model: string; result: string }[] = [];
  const egress = createEgress({ allow: [] });
  const gateway = createModelGateway({
    models: servers.map((server, index) =>
      modelConfig.parse({ id: `m${index + 1}`, model: 'fake', ...configured(server) }),
    ),
    fetch: egress.trustedFetch,
    logger: { info: (fields) => calls.push(fields), warn: (fields) => warnings.push(fields) },
    metrics: {
      modelSeconds: { observe: ({ model, result }) => results.push({ model, result }) },
      modelFirstTokenSeconds: { observe: () => {} },
      modelTokens: { inc: () => {} },
      modelCost: { inc: () => {} },
    },
  });
  return { gateway, egress, calls, warnings, results, close: () => egress.close() };
}
