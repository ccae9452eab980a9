import { OpenAPIHono } from '@hono/zod-openapi';
import { Authentication } from './access/authentication.ts';
import { Gate } from './access/gate.ts';
import { Sessions } from './access/sessions.ts';
import { createApprovalReader } from './approvals.ts';
import { boundedBodies } from './bounded-bodies.ts';
import type { ApiEnv } from './context.ts';
import type { ApiDependencies } from './dependencies.ts';
import { addEmbed } from './embed/route.ts';
import { errorHandler, refuseInvalid } from './errors.ts';
import { addHooks } from './hooks/route.ts';
import { readLedger } from './ledger.ts';
import { addOpenApi } from './openapi.ts';
import { addPages } from './pages/index.ts';
import { problemResponse } from './problems.ts';
import { requestLog } from './request-log.ts';
import { addApprovals } from './routes/approvals.ts';
import { addAttachments } from './routes/attachments.ts';
import { addChannels } from './routes/channels.ts';
import { addConversations } from './routes/conversations.ts';
import { addDeadLetters } from './routes/dead-letters.ts';
import { addFlowBindings } from './routes/flow-bindings.ts';
import { addFlowHooks } from './routes/flow-hooks.ts';
import { addFlowImport } from './routes/flow-import.ts';
import { addFlowRuns } from './routes/flow-runs.ts';
import { addFlowVersions } from './routes/flow-versions.ts';
import { addFlows } from './routes/flows.ts';
import { addLedger } from './routes/ledger.ts';
import { addModels } from './routes/models.ts';
import { addNodeKinds } from './routes/node-kinds.ts';
import { addPairings } from './routes/pairings.ts';
import { addRecovery } from './routes/recovery.ts';
import { addRuns } from './routes/runs.ts';
import { addHealth, addMetrics } from './routes/service.ts';
import { addSignIn, addSignOut } from './routes/session.ts';
import { createRunReader } from './runs.ts';
import { TemporalReader } from './temporal-reader.ts';
import { addTemporalUi } from './temporal-ui.ts';
import { addWebhooks } from './webhooks/route.ts';

/**
 * The whole HTTP surface as one Hono app. The order is the rule: what is added above a middleware does not pass it.
 * Throws `RangeError` for an empty admin token or an allow-list that is none.
 */
export function createApi(dependencies: ApiDependencies): OpenAPIHono<ApiEnv> {
  const { adminToken, clock, logger, metrics, ready, runIndex, settings } = dependencies;
  const gate = new Gate(settings.config.access);
  const sessions = new Sessions(adminToken);
  const authentication = new Authentication({ adminToken, sessions, gate, clock });
  const required = authentication.required();
  const reader = new TemporalReader(dependencies.temporal);

  const runs = createRunReader(reader, runIndex);

  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  app.onError(errorHandler(logger));
  app.notFound(() => problemResponse('not-found'));

  addWebhooks(app, dependencies, gate);
  addHealth(app, ready);

  app.use(requestLog({ logger, metrics }));
  addHooks(app, dependencies, gate);
  addEmbed(app, dependencies, gate);
  app.use(async (c, next) => {
    gate.check(c, 'console');
    await next();
  });
  addPages(app, dependencies.temporalUi !== undefined);
  addSignIn(app, authentication, gate, clock);
  addMetrics(app, required, metrics);
  addTemporalUi(app, authentication.requiredOfBrowser(), dependencies);

  app.use('/api/*', required, boundedBodies);
  addSignOut(app, authentication, clock);
  addRecovery(app, dependencies, runs);
  addRuns(app, runs, clock);
  addAttachments(app, dependencies, runs);
  addApprovals(app, createApprovalReader(dependencies.temporal));
  addConversations(app, dependencies);
  addDeadLetters(app, dependencies);
  addPairings(app, dependencies);
  addLedger(app, () => readLedger(reader, runIndex, clock()));
  addFlowImport(app, dependencies);
  addFlows(app, dependencies);
  addFlowVersions(app, dependencies);
  addFlowHooks(app, dependencies, gate);
  addFlowBindings(app, dependencies);
  addFlowRuns(app, dependencies);
  addChannels(app, dependencies, gate);
  addModels(app, dependencies);
  addNodeKinds(app);
  addOpenApi(app);
  return app;
}
