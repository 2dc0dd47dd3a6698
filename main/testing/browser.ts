/** A browser of a person who signs in at the development issuer: follows redirects, keeps cookies, fills in the form. */

/** Who they say they are. */
export interface Visitor {
  readonly subject: string;
  readonly name?: string;
  readonly groups?: string;
}

/** More redirects than any sign-in takes. */
const MAX_HOPS = 12;

export class Browser {
  /** By host. */
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Where it is. */
  url = '';
  /** Where it was last sent, whether or not somebody answered there. */
  next = '';

  /** Goes to `url`, signs in where it is asked to, and gives the text of the page it ends on. */
  async signIn(url: string, visitor: Visitor): Promise<string> {
    const page = await this.go(url);
    const action = /<form method="post" action="([^"]+)">/.exec(page)?.[1];
    if (action === undefined) throw new Error(`no form to sign in with: ${page}`);
    return this.go(new URL(action, this.url).href, { ...visitor });
  }

  /** The text of a page, or of the one it leads to; with `form` it is posted. */
  async go(url: string, form?: Readonly<Record<string, string>>): Promise<string> {
    let next: { url: string; form?: Readonly<Record<string, string>> } = form ? { url, form } : { url };
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      this.next = next.url;
      const response = await this.#fetch(next.url, next.form);
      this.url = next.url;
      const location = response.headers.get('location');
      if (location === null) return response.text();
      await response.body?.cancel();
      next = { url: new URL(location, next.url).href };
    }
    throw new Error(`redirected without end: ${next.url}`);
  }

  async #fetch(url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    const cookie = Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
}
