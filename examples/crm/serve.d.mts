export function serve(options: { switchroom: string; port: number }): Promise<{ url: string; close: () => void }>;
