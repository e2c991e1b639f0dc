{{- /* The rules for what lockstep does in the namespaces that it acts in: for one ClusterRole, or for a Role in each of them. */}}
{{- define "lockstep.rulesOfNamespaces" -}}
{{- $pin := .Values.pin.enabled -}}
{{- $scale := include "lockstep.checksScales" . -}}
{{- $node := include "lockstep.checksNodes" . -}}
{{- $edits := include "lockstep.edits" . -}}
{{- $assess := and .Values.assess.enabled (include "lockstep.kinds" (dict "root" . "with" "template") | fromJsonArray) -}}
{{- $counts := include "lockstep.counts" . -}}
{{- /* What judges a workload, and its history. */}}
{{- $checks := or $scale $node $edits $assess $counts (include "lockstep.checksTemplates" .) -}}
{{- $ceiling := include "lockstep.hasCeiling" . -}}
{{- $borrows := and $checks (include "lockstep.borrowsTemplates" .) -}}
{{- $jobs := include "lockstep.pinsJobs" . -}}
{{- $hold := include "lockstep.holdsPods" . -}}
{{- $sources := ternary (list "get" "list" "create" "patch" "delete") (list "get") $pin -}}
{{- $watchesSecrets := and $edits (eq .Values.edit.secrets "watch") -}}
{{- if or $checks $jobs $hold }}
{{- if $pin }}
# Sources: read one at a time, when needed. Copies: created, owned, listed by their label, and deleted when unused.
{{- else }}
# Sources: read one at a time, when needed. No list.
{{- end }}
{{- if $edits }}
# Watch: edits. lockstep asks for metadata only, but this right is one to read all values.
{{- else }}
# No watch.
{{- end }}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [{{ ternary (append $sources "watch") $sources (not (empty $edits)) | join ", " }}]
{{- if .Values.secrets.enabled }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [{{ ternary (append $sources "watch") $sources (not (empty $watchesSecrets)) | join ", " }}]
{{- end }}
{{- end }}
{{- if $edits }}
# Watch: which workloads use a source, and how far their rollouts are. Get and patch: after an edit, lockstep patches the template.
{{- end }}
{{- if or $scale $node }}
# A scale-up's review does not hold the workload, nor does that of a DaemonSet's pod. If the workload has drifted, lockstep
# patches its template.
{{- else if $ceiling }}
# The ceiling compares a ReplicaSet with its Deployment.
{{- end }}
{{- if $pin }}
# Get: the workload owns copies until its revision exists. List: before lockstep deletes a copy, it checks that no template
# names it.
{{- end }}
{{- if $assess }}
# Get: somebody asks about a workload.
{{- end }}
{{- if and $hold .Values.workloads.statefulSets }}
# Before lockstep refuses a pod of a StatefulSet, it checks that the present template waits, too.
{{- end }}
{{- if $checks }}
# Get: an event is recorded only about a workload that exists, as it is.
{{- end }}
{{- if $borrows }}
# A Rollout may take its template from a Deployment, which lockstep then patches. List: whether one takes that of a Deployment
# without pods.
{{- end }}
{{- if $counts }}
# List: lockstep counts workloads by state, and looks at each of them now and then. It asks for metadata only.
{{- end }}
{{- range include "lockstep.kinds" (dict "root" . "with" "template") | fromJsonArray }}
{{- $lends := and $borrows (eq .resource "deployments") }}
{{- $verbs := list }}
{{- if or $checks $assess (and $ceiling .ceiling) (and $hold .blocks) $pin }}{{ $verbs = append $verbs "get" }}{{ end }}
{{- if or $pin $counts (and $borrows .borrows) }}{{ $verbs = append $verbs "list" }}{{ end }}
{{- if or $edits (and $scale .scale) (and $node .node) $lends }}{{ $verbs = append $verbs "patch" }}{{ end }}
{{- if $edits }}{{ $verbs = append $verbs "watch" }}{{ end }}
{{- if $verbs }}
- apiGroups: [{{ .group }}]
  resources: [{{ .resource }}]
  verbs: [{{ join ", " $verbs }}]
{{- end }}
{{- end }}
{{- if $jobs }}
# Whether the Job of a pod asks for pin, and what its template uses. No list: a copy's only owner is its Job.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get]
{{- end }}
{{- if and (or $checks $ceiling) (include "lockstep.kinds" (dict "root" . "with" "revisions" "is" "replicasets") | fromJsonArray) }}
{{- if $checks }}
# Adoption: the present ReplicaSet of a workload, or the one that it adopts when it is created.
{{- end }}
{{- if $ceiling }}
# The ceiling: whether the present ReplicaSet has ready pods. Get: whose a ReplicaSet is that somebody scales.
{{- end }}
{{- if $pin }}
# Get: the revision of a pod becomes the owner of the copies.
{{- end }}
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [{{ ternary "get, list" "list" (not (empty (or $pin $ceiling))) }}]
{{- end }}
{{- if and $checks (include "lockstep.kinds" (dict "root" . "with" "revisions" "is" "controllerrevisions") | fromJsonArray) }}
# The same for StatefulSets and DaemonSets: their revisions.
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [{{ ternary "get, list" "list" $pin }}]
{{- end }}
{{- if $checks }}
# Adoption: when the pods of that revision started. No get, no watch.
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
{{- end }}
{{- if include "lockstep.unblocks" . }}
# Unblocking: StatefulSets with the label, and the pod for which a rollout waits. A policy allows no other deletion.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [list]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, delete]
{{- end }}
{{- if or $checks $ceiling $pin (include "lockstep.unblocks" .) }}
# Events about workloads, their revisions, and sources: what lockstep has done, or could not do. docs/errors.md lists them.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
{{- end }}

{{- /* What a binding grants to lockstep's ServiceAccount. Takes root, and role: the kind of the role. */}}
{{- define "lockstep.grant" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .role }}
  name: {{ include "lockstep.fullname" .root | quote }}
subjects:
  - kind: ServiceAccount
    namespace: {{ .root.Release.Namespace | quote }}
    name: {{ include "lockstep.serviceAccountName" .root | quote }}
{{- end }}
