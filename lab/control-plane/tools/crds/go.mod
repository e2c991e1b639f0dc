// The CustomResourceDefinitions that the chart's optional objects are checked against. There is nothing to build, so
// `go mod tidy` would empty this file: `go mod download` fetches the two modules and keeps go.sum.
module lockstep.dev/lab/control-plane/tools/crds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
