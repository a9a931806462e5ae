// What pages load from the controller: the element, at home where this script came from.
import { define } from "./element";

define(new URL(import.meta.url).origin);
