// How settings are read and stored: by PATCH of what was changed, or by PUT of all of it.
import type { Api } from "./api";
import type { Values } from "./setting";
import type { Store } from "./use-setting";

export function patched<T extends Values>(api: Api, path: string): Store<T> {
  return {
    read: () => api.send<T>({ method: "GET", path }),
    store: (changed, version) => api.send<T>({ method: "PATCH", path, body: changed, version }),
  };
}

/** names: the fields that are sent; what else there is cannot be set. */
export function replaced<T extends Values>(api: Api, path: string, names: readonly (keyof T & string)[]): Store<T> {
  return {
    read: () => api.send<T>({ method: "GET", path }),
    store: (_, version, all) =>
      api.send<T>({ method: "PUT", path, version, body: Object.fromEntries(names.map((n) => [n, all[n]])) }),
  };
}
