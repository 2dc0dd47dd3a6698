/** A client of a real server as the gateway asks an agent's backend. */
import pg from 'pg';
import type { Answer, Backend, Question } from '../catalog/backend.ts';
import type { TestPostgres } from './postgres.ts';

/** Whoever logs in: a role and its password; default: the superuser. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** An agent's session: what the agent runs, and what the gateway asks between. */
export class TestBackend implements Backend {
  readonly client: pg.Client;
  inTransaction = false;
  /** What was asked, in order. */
  readonly asked: Question[] = [];

  private constructor(client: pg.Client) {
    this.client = client;
  }

  static async connect(server: TestPostgres, database: string, login: Login = server): Promise<TestBackend> {
    const { user, password } = login;
    const client = new pg.Client({ host: server.host, port: server.port, database, user, password });
    await client.connect();
    return new TestBackend(client);
  }

  get free(): boolean {
    return true;
  }

  /** What the agent itself runs. */
  async run(sql: string): Promise<readonly unknown[]> {
    const { rows } = await this.client.query(sql);
    if (/^begin/i.test(sql)) this.inTransaction = true;
    if (/^(?:commit|rollback)/i.test(sql)) this.inTransaction = false;
    return rows;
  }

  async ask(question: Question): Promise<Answer> {
    this.asked.push(question);
    try {
      const { rows } = await this.client.query<(string | null)[]>({
        text: question.sql,
        values: [...question.parameters],
        rowMode: 'array',
        types: { getTypeParser: () => (text: string | null) => text },
      });
      return { rows };
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      return { error: { sqlstate: error.code ?? '', message: error.message } };
    }
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
