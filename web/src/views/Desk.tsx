import type { ReactNode } from "react";
import { isAgent } from "../state/select";
import { product } from "../words/common";
import type { PanelProps } from "./actions";
import { Frame } from "./Frame";
import { type Moves, Widget } from "./Widget";

type Props = PanelProps & {
  /** The ways to the console's parts. */
  nav?: ReactNode;
  /** The console. */
  children?: ReactNode;
  /** Tells that the console shows another view. */
  moves?: Moves;
};

/** The page of who is signed in: the console, and for an agent the call widget at its right edge, which stays as the console's views change. */
export function Desk({ nav, children, moves, ...props }: Props) {
  const agent = isAgent(props.state);
  const head = (
    <>
      <p className="brand">{product}</p>
      {nav}
    </>
  );
  return (
    <Frame {...props} look="desk" head={head}>
      <div className={agent ? "shell attended" : "shell"}>
        {agent && <Widget {...props} moves={moves ?? null} />}
        {children}
      </div>
    </Frame>
  );
}
