import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { ACCESS_RULE, type AccessRule } from '../common/principal.js';

export interface DeclaredRoute {
  /** `Controller.handler`. */
  handler: string;
  rule: AccessRule | undefined;
}

/** Stops the boot when a route does not say who may call it. */
@Injectable()
export class DeclaredAccess implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const undeclared = this.routes().filter((route) => route.rule === undefined);
    if (undeclared.length === 0) return;
    const names = undeclared.map((route) => route.handler).join(', ');
    throw new Error(`routes without @Public() or @Requires(): ${names}`);
  }

  routes(): DeclaredRoute[] {
    return this.discovery.getControllers().flatMap(({ metatype, instance }) => {
      if (!metatype || typeof metatype !== 'function') return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => ({ name, handler: prototype[name] }))
        .filter(({ handler }) => Reflect.hasMetadata(PATH_METADATA, handler))
        .map(({ name, handler }) => ({
          handler: `${metatype.name}.${name}`,
          rule: this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [handler, metatype]),
        }));
    });
  }
}
