{{- /*
A pod of a pinned ReplicaSet is created: its references are pointed at the copies. Whoever turns lockstep off with
lockstep.dev/inject, or pin with lockstep.dev/pin, has that from the next rollout on: until then the pods of one ReplicaSet
go on reading the same, so neither label is looked for. The annotation on the pod is what counts.
*/}}
{{- define "lockstep.webhook.pod" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.pod "evenDisabled" true) . -}}
- name: {{ prepend .suffixes "pod" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "pod" | join "/")) | nindent 4 }}
  failurePolicy: {{ include "lockstep.webhook.failurePolicy" $webhook }}
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      resources: [pods]
      operations: [CREATE]
      scope: Namespaced
  # The side effect is that the copies get an owner, or are made again; a dry run does neither.
  sideEffects: NoneOnDryRun
  # A webhook called later may add a sidecar with references to the same sources: they must not stay live.
  reinvocationPolicy: IfNeeded
  # Neither can fail on what a pod leaves out: where failurePolicy is Fail, an error here would refuse it.
  matchConditions:
    - name: pinned
      expression: object.metadata.?annotations[?'lockstep.dev/pinned'].orValue('') != ''
    # The owner of the copies. A pod that stands alone reads what is live, whatever was copied into its manifest.
    - name: of-a-replicaset
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(o,
        o.?controller.orValue(false) && o.kind == 'ReplicaSet')
{{- end }}
