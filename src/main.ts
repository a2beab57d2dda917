import 'reflect-metadata';
import { failToStart } from './boot/start-up-errors.js';
import { start } from './boot/start.js';

start().catch(failToStart);
