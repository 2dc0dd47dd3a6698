/** `auditorium serve`: the app for a team. */
import type { Command } from 'commander';

const HELP = `
People open serve.url of the configuration and sign in at its issuer; groups get their roles under roles:
  viewer        looks at sessions, replays, approvals and findings
  investigator  writes notes, findings and reviews, verifies, exports
  reviewer      as investigators; decides on held statements, sees the log of the case
  admin         as viewers; ends sessions, redacts, sees the log of the case

It listens for HTTPS with serve.tls, or for proxies in serve.trustProxy that have the certificate.
See docs/serve.md, for Okta step by step.`;

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('the app for a team, over HTTPS, where people sign in')
    .requiredOption('--config <file>', 'with a section serve, such as auditorium.yaml')
    .option('--json', 'the ready line as JSON', false)
    .addHelpText('after', HELP)
    .action(async (flags: { readonly config: string; readonly json: boolean }) => {
      const { serve } = await import('./commands/serve.ts');
      await serve(flags);
    });
}
