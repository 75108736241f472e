export {
  deployTargetSuite,
  type DeployTargetSuiteOptions,
  type DeployTargetWorld,
} from './deploy-target-suite.ts'
export {
  type DefineTest,
  dnsProviderSuite,
  type DnsProviderSuiteOptions,
  type DnsProviderWorld,
} from './dns-provider-suite.ts'
export { solverSuite, type SolverSuiteOptions, type SolverWorld } from './solver-suite.ts'
