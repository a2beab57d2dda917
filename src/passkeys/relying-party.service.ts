import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';

/** Who asks for passkeys, in the words of Web Authentication: this server under its public address. */
@Injectable()
export class RelyingParty {
  /** Host that passkeys belong to; one made for another is of no use here, which is what keeps them from being phished. */
  readonly id: string;
  readonly origin: string;
  readonly name: string;

  constructor(config: Config) {
    const url = new URL(config.publicUrl);
    this.id = url.hostname;
    this.origin = url.origin;
    this.name = config.appName;
  }
}
