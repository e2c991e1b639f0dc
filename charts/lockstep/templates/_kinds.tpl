{{- /*
The kinds of workload, one row each: what each needs of the API server. Webhooks, roles, policies, flags and notes range over
this table, so a kind that is off leaves no trace.

  value       the value that switches the kind on
  group, version, resource, kind   where the API server serves it
  template    lockstep writes into its pod template
  scale       it has a subresource `scale`
  revisions   the resource that keeps its templates
  ceiling     a revision of it that is no longer current must not grow
  borrows     it may take its template from a Deployment, which lockstep then patches instead
  podOwner    the kind that controls its pods
  blocks      while one of its pods is refused, its controller does nothing else
  node        a pod for a node that joins is its scale-up
  served      annotations that the API server itself changes when the template changes
*/}}
{{- define "lockstep.kinds.table" -}}
- value: workloads.deployments
  enabled: {{ .Values.workloads.deployments | default false }}
  group: apps
  version: v1
  resource: deployments
  kind: Deployment
  template: true
  scale: true
  revisions: replicasets
  ceiling: true
  podOwner: ReplicaSet
- value: workloads.statefulSets
  enabled: {{ .Values.workloads.statefulSets | default false }}
  group: apps
  version: v1
  resource: statefulsets
  kind: StatefulSet
  template: true
  scale: true
  revisions: controllerrevisions
  # A StatefulSet asks for the same revision again and again: refusing its pods or revisions stops it.
  ceiling: false
  blocks: true
  podOwner: StatefulSet
- value: workloads.daemonSets
  enabled: {{ .Values.workloads.daemonSets | default false }}
  group: apps
  version: v1
  resource: daemonsets
  kind: DaemonSet
  template: true
  scale: false
  revisions: controllerrevisions
  # Its new pods always have the present template.
  ceiling: false
  podOwner: DaemonSet
  node: true
  served: [deprecated.daemonset.template.generation]
- value: workloads.jobs
  enabled: {{ .Values.workloads.jobs | default false }}
  group: batch
  version: v1
  resource: jobs
  kind: Job
  # The template of a Job is immutable, and has no revisions.
  template: false
  scale: false
  revisions: ""
  ceiling: false
  podOwner: Job
- value: argoRollouts.enabled
  enabled: {{ .Values.argoRollouts.enabled | default false }}
  group: argoproj.io
  version: v1alpha1
  resource: rollouts
  kind: Rollout
  template: true
  scale: true
  revisions: replicasets
  # In a canary, and after an abort, the stable ReplicaSet must grow, and it has the older configuration.
  ceiling: false
  borrows: true
  podOwner: ReplicaSet
{{- end }}

{{- /*
The kinds that are on, as a JSON list of rows. Takes root, and optionally a field of the table: only the rows in which that
field is neither false nor empty, and, with `is`, in which it has this value.
*/}}
{{- define "lockstep.kinds" -}}
{{- $on := list }}
{{- range $row := include "lockstep.kinds.table" .root | fromYamlArray }}
{{- $value := ternary (get $row ($.with | default "enabled")) "" $row.enabled }}
{{- if and $value (or (not $.is) (eq (toString $value) ($.is | default ""))) }}{{ $on = append $on $row }}{{ end }}
{{- end }}
{{- toJson $on }}
{{- end }}

{{- /* The values of one field of these rows, without repetitions, as a JSON list. Takes kinds, and field. */}}
{{- define "lockstep.kinds.each" -}}
{{- $found := list }}
{{- range .kinds }}{{ $found = append $found (get . $.field) }}{{ end }}
{{- $found | uniq | toJson }}
{{- end }}

{{- /*
Rules of a webhook or a policy for these kinds, one for each group of the API. Takes kinds, operations, and optionally a
subresource with its slash.
*/}}
{{- define "lockstep.kinds.rules" -}}
{{- range $group := include "lockstep.kinds.each" (dict "kinds" .kinds "field" "group") | fromJsonArray }}
{{- $resources := list }}
{{- $version := "" }}
{{- range $.kinds }}
{{- if eq .group $group }}
{{- $resources = append $resources (printf "%s%s" .resource ($.subresource | default "")) }}
{{- $version = .version }}
{{- end }}
{{- end }}
- apiGroups: [{{ $group }}]
  apiVersions: [{{ $version }}]
  resources: [{{ join ", " $resources }}]
  operations: [{{ join ", " $.operations }}]
  scope: Namespaced
{{- end }}
{{- end }}

{{- /* For people: "Deployments, StatefulSets and DaemonSets". Takes kinds. */}}
{{- define "lockstep.kinds.names" -}}
{{- $names := list }}
{{- range .kinds }}{{ $names = append $names (printf "%ss" .kind) }}{{ end }}
{{- if gt (len $names) 1 }}{{ initial $names | join ", " }} and {{ end }}{{ last $names }}
{{- end }}

{{- /* Whether the API server calls lockstep at creates and updates of workloads: "true", or empty. */}}
{{- define "lockstep.checksTemplates" -}}
{{- if and .Values.webhook.template.enabled (include "lockstep.kinds" (dict "root" . "with" "template") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* The same for scale-ups. */}}
{{- define "lockstep.checksScales" -}}
{{- if and .Values.webhook.scale.enabled (include "lockstep.kinds" (dict "root" . "with" "scale") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* The same for pods that DaemonSets make. */}}
{{- define "lockstep.checksNodes" -}}
{{- if and .Values.webhook.node.enabled (include "lockstep.kinds" (dict "root" . "with" "node") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* The same for the growth of ReplicaSets. */}}
{{- define "lockstep.hasCeiling" -}}
{{- if and .Values.ceiling.enabled (include "lockstep.kinds" (dict "root" . "with" "ceiling") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* The same for the creation of pods of pinned workloads. */}}
{{- define "lockstep.pinsPods" -}}
{{- if and .Values.pin.enabled (include "lockstep.kinds" (dict "root" . "with" "template") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* Whether a workload may take its template from a Deployment, and both kinds are on: "true", or empty. */}}
{{- define "lockstep.borrowsTemplates" -}}
{{- if and .Values.workloads.deployments (include "lockstep.kinds" (dict "root" . "with" "borrows") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* Whether the API server calls lockstep at the creation of pods of pinned Jobs: "true", or empty. */}}
{{- define "lockstep.pinsJobs" -}}
{{- if and .Values.pin.enabled .Values.workloads.jobs }}true{{ end }}
{{- end }}

{{- /* Whether the API server calls lockstep at the creation of pods that ask to be held until they are configured: "true", or empty. */}}
{{- define "lockstep.holdsPods" -}}
{{- if .Values.holdUntilConfigured.enabled }}true{{ end }}
{{- end }}

{{- /* Whether lockstep deletes pods for which rollouts of StatefulSets wait: "true", or empty. */}}
{{- define "lockstep.unblocks" -}}
{{- if and .Values.unblock.enabled .Values.workloads.statefulSets }}true{{ end }}
{{- end }}

{{- /* Whether lockstep brings workloads into step after an edit, without a call: "true", or empty. */}}
{{- define "lockstep.edits" -}}
{{- if and .Values.edit.enabled (include "lockstep.kinds" (dict "root" . "with" "template") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* Whether lockstep looks at all workloads now and then, to count them by state: "true", or empty. */}}
{{- define "lockstep.counts" -}}
{{- if and .Values.metrics.workloads.enabled (include "lockstep.kinds" (dict "root" . "with" "template") | fromJsonArray) }}true{{ end }}
{{- end }}

{{- /* Whether one replica does some work for all, so that they elect it. */}}
{{- define "lockstep.needsLeader" -}}
{{- if or .Values.pin.enabled (include "lockstep.unblocks" .) (include "lockstep.edits" .) (include "lockstep.counts" .) }}true{{ end }}
{{- end }}
