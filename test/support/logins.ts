/** A Node-RED that asks who one is: people with permissions, and what they have to send along. */

const PASSWORD = 'right';

export class Logins {
  /** What somebody sends along as a bearer, by name, once {@link login} is done. */
  readonly tokens: Record<string, string> = {};
  /** For the settings of Node-RED. */
  readonly adminAuth = {
    type: 'credentials',
    users: (name: string): Promise<object | null> => Promise.resolve(this.find(name)),
    authenticate: (name: string, password: string): Promise<object | null> =>
      Promise.resolve(password === PASSWORD ? this.find(name) : null),
  };

  /** @param permissions by name, such as `*` or `read` */
  constructor(private readonly permissions: Readonly<Record<string, string>>) {}

  /** Everybody logs in. @param url of the editor */
  async login(url: string): Promise<void> {
    for (const [username, scope] of Object.entries(this.permissions)) {
      const form = { client_id: 'node-red-admin', grant_type: 'password', scope, username, password: PASSWORD };
      const response = await fetch(`${url}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(form),
      });
      this.tokens[username] = ((await response.json()) as { access_token: string }).access_token;
    }
  }

  private find(username: string): object | null {
    const permissions = this.permissions[username];
    return permissions === undefined ? null : { username, permissions };
  }
}
