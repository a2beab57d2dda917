import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { Config } from './src/config/config.js';
import { directPoolConfig } from './src/infra/database/connection.js';
import { dataSourceOptions } from './src/infra/database/data-source-options.js';

/** The data source of TypeORM's own commands; the server builds its own from the same options. */
const config = Config.load();
export default new DataSource(dataSourceOptions(config, directPoolConfig(config, 1)));
