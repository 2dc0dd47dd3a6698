/** `auditorium serve`: the app for a team. */
import type { Command } from 'commander';
import { withEndpoint, withKeys } from './endpoint-option.ts';

const HELP = `
People open serve.url of the configuration and sign in at its issuer; groups get their roles under roles:
  viewer        looks at sessions, replays, approvals and findings
  investigator  writes notes, findings and reviews, verifies, exports
  reviewer      as investigators; decides on held statements, sees the log of the case
  admin         as viewers; ends sessions, redacts, sees the log of the case

It listens for HTTPS with serve.tls, or for proxies in serve.trustProxy that have the certificate.
See docs/serve.md, for Okta step by step.`;

interface ServeFlags {
  readonly config: string;
  readonly json: boolean;
  readonly store?: string;
  readonly index?: string;
  readonly keys?: string;
  readonly tenantKey?: string;
}

export function addServe(program: Command): void {
  withKeys(withEndpoint(program.command('serve')))
    .description('the app for a team, over HTTPS, where people sign in')
    .requiredOption('--config <file>', 'with a section serve, such as auditorium.yaml')
    .option(
      '--store <store>',
      's3://BUCKET/PREFIX of a fleet, or a folder with a copy, in place of the archive',
    )
    .option(
      '--index <where>',
      'of the store: the URL of a ClickHouse server, or a folder, which it then fills',
    )
    .option('--json', 'the ready line as JSON', false)
    .addHelpText('after', HELP)
    .action(async (flags: ServeFlags) => {
      const { serve } = await import('./commands/serve.ts');
      await serve(flags);
    });
}
