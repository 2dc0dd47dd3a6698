/** `auditorium fleet`: the gateways that may dial a team server, and the policies that it passes on to them (docs/fleet-link.md). */
import type { Command } from 'commander';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;
const CONFIG_OPTION = ['--config <file>', 'of the team server, with serve.fleet'] as const;

export function addFleet(program: Command): void {
  const fleet = program.command('fleet').description('the gateways that dial a team server');
  fleet
    .command('add')
    .description('let a gateway dial; prints the secret for its gateway.fleet.secret, which is kept nowhere')
    .argument('<name>', 'what the gateway calls itself: gateway.fleet.name')
    .requiredOption(...CONFIG_OPTION)
    .option('--new-secret', 'another secret for one that is there; the old one is good no more', false)
    .option(...JSON_OPTION)
    .action(async (name: string, flags: { config: string; newSecret: boolean; json: boolean }) => {
      const { addGateway } = await import('./commands/fleet.ts');
      await addGateway(name, flags);
    });
  fleet
    .command('list')
    .description('who may dial, and which policy each is offered')
    .requiredOption(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (flags: { config: string; json: boolean }) => {
      const { listGateways } = await import('./commands/fleet.ts');
      await listGateways(flags);
    });
  fleet
    .command('remove')
    .description('let a gateway dial no more; a link that stands ends')
    .argument('<name>', 'as the list shows it')
    .requiredOption(...CONFIG_OPTION)
    .action(async (name: string, flags: { config: string }) => {
      const { removeGateway } = await import('./commands/fleet.ts');
      await removeGateway(name, flags);
    });
  fleet
    .command('policy')
    .description('sign a policy, and have the team server offer it to gateways')
    .argument('<file>', 'the policy')
    .requiredOption(...CONFIG_OPTION)
    .requiredOption('--key <file>', 'the private key that signs; made when there is none, with <file>.pub')
    .option('--gateway <name>', 'for one gateway alone; default: all that have none of their own')
    .option(...JSON_OPTION)
    .action(async (file: string, flags: { config: string; key: string; gateway?: string; json: boolean }) => {
      const { offerPolicy } = await import('./commands/fleet.ts');
      await offerPolicy(file, flags);
    });
}
