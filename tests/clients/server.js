// A real server, fresh for each test: an empty data directory, one source, one token.
import { command, dataDirectory, start } from "../server.js";

/** Starts a server; `stop` ends it with SIGTERM, removes its data and tells its exit code. */
export async function startServer() {
  const data = await dataDirectory();
  const { write_key: writeKey } = await command("source", "create", "--data", data.path, "--name", "web");
  const { token } = await command("token", "create", "--data", data.path, "--role", "admin");
  const server = await start("serve", "--data", data.path);
  const ask = async (path) => {
    const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: await answer.json() };
  };
  return {
    url: server.url,
    writeKey,
    /** The customer behind an identifier, or null. */
    async lookup(kind, value) {
      const { status, body } = await ask(`/v1/customers/lookup?${new URLSearchParams({ kind, value })}`);
      if (status === 404) return null;
      if (status !== 200) throw new Error(`lookup of ${kind} ${value}: ${status} ${JSON.stringify(body)}`);
      return body.customer;
    },
    /** All events of a customer, read page by page. */
    async timeline(id) {
      const events = [];
      for (let cursor = null; ; ) {
        const query = new URLSearchParams({ limit: 3, ...(cursor && { cursor }) });
        const { status, body } = await ask(`/v1/customers/${id}/timeline?${query}`);
        if (status !== 200) throw new Error(`timeline of ${id}: ${status} ${JSON.stringify(body)}`);
        events.push(...body.events);
        if (!body.next) return events;
        if (body.next === cursor) throw new Error(`timeline of ${id}: the cursor ${cursor} leads to itself`);
        cursor = body.next;
      }
    },
    async stop() {
      const code = await server.stop();
      await data.discard();
      return code;
    },
  };
}
