// What the console shows for /admin and everything behind it.
import { useCallback, useRef } from "react";
import "../styles/admin.css";
import type { Api } from "../kit/api";
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
    drafts: { set(at: Here, draft: unknown): void };
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
  const onUnsaved = useCallback(
    (any: boolean) => {
      if (drafted.current !== null) drafts.set(drafted.current, undefined);
      drafted.current = any ? here.current : null;
      if (drafted.current !== null) drafts.set(drafted.current, true);
    },
    [drafts],
  );
  return <Admin path={`/admin/${route.path}`} go={go} api={model.api} onUnsaved={onUnsaved} />;
}
