import type { TestApp } from './app.js';

export interface Route {
  method: string;
  /** With something in the place of every parameter, ready to be called. */
  path: string;
  /** `METHOD /path`, with a star in the place of every parameter. */
  name: string;
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

const ANY_ID = '00000000-0000-4000-8000-000000000000';

/** Every route that the server really has, as its router knows them. */
export function routesOf(server: TestApp): Route[] {
  const express = server.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
  return express.router.stack.flatMap(({ route }) => {
    if (!route || route.methods._all) return [];
    const fill = (parameter: string) => route.path.replace(/[:*][a-z]\w*/gi, parameter);
    return Object.keys(route.methods).map((method) => ({
      method: method.toUpperCase(),
      path: fill(ANY_ID),
      name: `${method.toUpperCase()} ${fill('*')}`,
    }));
  });
}
