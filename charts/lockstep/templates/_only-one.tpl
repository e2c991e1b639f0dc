{{- /*
Two releases would both write to the same Deployments, each with records that the other takes for drift. Whatever it is
called, lockstep is known by the names of its webhooks. `helm template` and a dry run on the client see no cluster.
*/}}
{{- define "lockstep.onlyOne" -}}
{{- $own := include "lockstep.fullname" . }}
{{- range (lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" "").items }}
{{- $annotations := .metadata.annotations | default dict }}
{{- $release := index $annotations "meta.helm.sh/release-name" | default "" }}
{{- $namespace := index $annotations "meta.helm.sh/release-namespace" | default "" }}
{{- $ours := and (eq $release $.Release.Name) (eq $namespace $.Release.Namespace) }}
{{- /* One of our name that no release made is helm's to refuse, or to take over where it is told to. */}}
{{- $unowned := and (not $release) (eq .metadata.name $own) }}
{{- $lockstep := false }}
{{- range .webhooks }}
{{- if hasSuffix ".lockstep.dev" .name }}{{ $lockstep = true }}{{ end }}
{{- end }}
{{- if and $lockstep (not $ours) (not $unowned) }}
{{- $what := printf "kubectl delete mutatingwebhookconfiguration %s" .metadata.name }}
{{- $who := "made by no Helm release" }}
{{- if $release }}
{{- $who = printf "release %s in namespace %s" $release $namespace }}
{{- $what = printf "helm uninstall %s --namespace %s" $release $namespace }}
{{- end }}
{{- fail (printf "lockstep is installed in this cluster already (MutatingWebhookConfiguration %s, %s), and two would write to the same Deployments: upgrade that one, or remove it first (%s)" .metadata.name $who $what) }}
{{- end }}
{{- end }}
{{- end }}
