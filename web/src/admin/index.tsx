// What the console shows for /admin and everything behind it.
import { useCallback, useMemo, useRef } from "react";
import "../styles/admin.css";
import type { Api } from "../kit/api";
import type { Keeping } from "../kit/place";
import { Admin } from "./Admin";

/** Where the console is: path is what stands behind /admin/. */
interface Here {
  at: "admin";
  path: string;
  search: string;
}

interface Props {
  route: Here;
  console: {
    api: Api;
    navigation: { go(route: Here): void };
    /** What is not saved: the page does not go away from it by itself. */
    drafts: { get<T>(at: Here): T | undefined; set(at: Here, draft: unknown): void };
  };
}

export default function Administration({ route, console: model }: Props) {
  const { navigation, drafts } = model;
  const go = useCallback(
    (to: string) => navigation.go({ at: "admin", path: to.replace(/^\/admin\/?/, ""), search: "" }),
    [navigation],
  );
  const here = useRef(route);
  here.current = route;
  const drafted = useRef<Here | null>(null);
  const unsaved = useMemo<Keeping>(
    () => ({
      get: () => drafts.get(here.current),
      set: (all) => {
        const at = drafted.current ?? here.current;
        drafted.current = all === undefined ? null : at;
        drafts.set(at, all);
      },
    }),
    [drafts],
  );
  return <Admin path={`/admin/${route.path}`} go={go} api={model.api} unsaved={unsaved} />;
}
