// What is asked of the server, with the site's key and this tab's session where there is a key.
const MOST = 4000;

function recall(store, key) {
  try {
    return store().getItem(key);
  } catch {
    return null; // a browser may forbid storage
  }
}

function remember(store, key, value) {
  try {
    store().setItem(key, value);
  } catch { /* as above: it lives as long as the page */ }
}

const SESSION = () => window.sessionStorage;
let sessionOfPage = "";

function session() {
  sessionOfPage ||= recall(SESSION, "lamina.session") || "";
  if (!sessionOfPage) {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    sessionOfPage = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
    remember(SESSION, "lamina.session", sessionOfPage);
  }
  return sessionOfPage;
}

class Client {
  constructor(base, siteKey) {
    this.base = base.replace(/\/+$/, "");
    this.siteKey = siteKey;
    this.schemas = null;
  }

  headers() {
    if (!this.siteKey) return {};
    return { "x-lamina-site-key": this.siteKey, "x-lamina-session": session() };
  }

  async get(path) {
    const response = await fetch(this.base + path, { headers: this.headers(), credentials: "omit" });
    if (!response.ok) throw await problem(response);
    return response.json();
  }

  async post(path, body, signal) {
    const response = await fetch(this.base + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...this.headers() },
      credentials: "omit",
      body: JSON.stringify(body),
      signal,
    });
    if (!response.ok) throw await problem(response);
    return response;
  }

  // The values a fact may have besides the one taken, as the tools of the server have them.
  async alternatives(fact, value) {
    this.schemas ||= this.get("/v1/tools").catch((why) => { this.schemas = null; throw why; });
    for (const tool of await this.schemas) {
      const found = allowed((tool.parameters.properties || {})[fact], tool.parameters.$defs || {});
      if (found.length > 1) return found.filter((one) => one !== value);
    }
    return [];
  }
}

function allowed(schema, defs) {
  if (!schema) return [];
  if (schema.$ref) return allowed(defs[schema.$ref.split("/").pop()], defs);
  if (schema.enum) return schema.enum.filter((one) => typeof one === "string");
  return (schema.anyOf || []).flatMap((one) => allowed(one, defs));
}

// One clear line of a problem document, or of whatever a proxy sent in its place.
async function problem(response) {
  const found = await response.json().catch(() => ({}));
  const why = new Error(found.detail || `${t("failed")} (${response.status}).`);
  why.status = response.status;
  return why;
}

function told(why) {
  if (why.name === "AbortError") return t("stopped");
  return why instanceof TypeError ? t("offline") : why.message;
}
