// The package: what a page bundles that does not load the controller's script.
export { define, SwitchroomWidget } from "./element";
export * from "./surface";
