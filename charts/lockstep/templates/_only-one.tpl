{{- /*
Refuses a second installation. Two of them would write to the same workloads, and each would take the other's records
for drift. The names of the webhooks identify lockstep, whatever the release is called. `helm template` and a dry run on
the client see no cluster, so they cannot refuse.
*/}}
{{- define "lockstep.onlyOne" -}}
{{- $own := include "lockstep.fullname" . }}
{{- range (lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" "").items }}
{{- $annotations := .metadata.annotations | default dict }}
{{- $release := index $annotations "meta.helm.sh/release-name" | default "" }}
{{- $namespace := index $annotations "meta.helm.sh/release-namespace" | default "" }}
{{- $ours := and (eq $release $.Release.Name) (eq $namespace $.Release.Namespace) }}
{{- /* Helm itself refuses an object of our name that no release created, or takes it over with --take-ownership. */}}
{{- $unowned := and (not $release) (eq .metadata.name $own) }}
{{- $lockstep := false }}
{{- range .webhooks }}
{{- if hasSuffix ".lockstep.dev" .name }}{{ $lockstep = true }}{{ end }}
{{- end }}
{{- if and $lockstep (not $ours) (not $unowned) }}
{{- $removal := printf "kubectl delete mutatingwebhookconfiguration %s" .metadata.name }}
{{- $origin := "not created by Helm" }}
{{- if $release }}
{{- $origin = printf "release %s in namespace %s" $release $namespace }}
{{- $removal = printf "helm uninstall %s --namespace %s" $release $namespace }}
{{- end }}
{{- fail (printf "lockstep is already installed in this cluster (MutatingWebhookConfiguration %s, %s). Two installations would write to the same workloads: upgrade the existing one, or remove it first (%s)" .metadata.name $origin $removal) }}
{{- end }}
{{- end }}
{{- end }}
