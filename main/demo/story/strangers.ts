/** Those the gateway turns away: a token that ran out, and a connection that is not there. */
import { asAgent, failing, type Stage } from './stage.ts';

/** An old token of the pipeline, found in a cache. */
export async function expiredToken(stage: Stage): Promise<void> {
  const pipeline = { user: 'ci_deployer', password: stage.expired, application: 'migrate' };
  await failing(asAgent(stage, pipeline, async () => undefined));
}

/** A notebook that asks for a database nobody registered. */
export async function unknownConnection(stage: Stage): Promise<void> {
  const password = await stage.token({
    subject: 'chen@example.com',
    client: 'notebook',
    groups: ['analysts'],
  });
  const notebook = { user: 'chen', password, application: 'notebook', connection: 'shop-production' };
  await failing(asAgent(stage, notebook, async () => undefined));
}
