import { onClose } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi } from '../runtime/node-red';
import { CREDENTIALS } from './description';
import { formRoutes } from './form-routes';
import { FormServers, makeServer, type ServerNode } from './form-servers';
import { migrations } from './migrations';

export = function (RED: RuntimeApi): void {
  function SensorThingsServer(this: ServerNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const server = makeServer(RED, config, this.credentials ?? {}, (url) => this.warn(RED._('hint.inClear', { url })));
    this.saved = config;
    this.staServer = server;
    onClose(this, () => {
      if (server.kind === 'server') server.close();
    });
  }
  RED.nodes.registerType('sensorthings-server', SensorThingsServer, { credentials: CREDENTIALS });
  formRoutes(RED, new FormServers(RED));
};
