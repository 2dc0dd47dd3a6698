import { expect, test } from 'vitest';
import type { GatewayNews } from '../shared/api/routes.ts';
import { CommandError } from './failure.ts';
import { GatewayLag } from './gateway-lag.ts';
import { NewsFeed } from './news-feed.ts';

const EVEN: GatewayNews = { answers: true, unshipped: 0, lag: 0 };
const BEHIND: GatewayNews = { answers: true, unshipped: 4_096, lag: 2.5 };

test('windows are told each change while one is open, and the gateway is left alone when none is', async () => {
  const news = new NewsFeed();
  const answers = [EVEN, EVEN, BEHIND, null, EVEN];
  let asked = 0;
  const lag = new GatewayLag(
    {
      lag: async () => {
        const answer = answers[Math.min(asked++, answers.length - 1)];
        if (answer === null || answer === undefined) throw new CommandError('GATEWAY_NOT_RUNNING', 'gone');
        return answer;
      },
    },
    news,
    1,
  );
  const following = news.follow();
  const seen: unknown[] = [];
  const leave = lag.follow();
  await expect
    .poll(() => {
      seen.push(...following.take().map(({ data }) => data));
      return seen.length;
    })
    .toBeGreaterThan(0);
  await expect.poll(() => asked).toBeGreaterThan(6);
  leave();
  const before = asked;
  await new Promise((resolve) => setTimeout(resolve, 30));
  seen.push(...following.take().map(({ data }) => data));
  following.close();
  expect([asked - before <= 1, seen[0], seen.at(-1)]).toEqual([true, expect.anything(), EVEN]);
});
