{{- /*
Creation of a pod of a pinned revision (a ReplicaSet, say): lockstep points the pod's references at the copies. The labels lockstep.dev/inject
and lockstep.dev/pin take effect with the next rollout. Until then all pods of a revision must read the same, so only the
annotation on the pod decides. _webhook-common.tpl describes the dictionary that this template takes.
*/}}
{{- define "lockstep.webhook.pod" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.pod "evenDisabled" true) . -}}
{{- $kinds := include "lockstep.kinds" (dict "root" .root "with" "template") | fromJsonArray -}}
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
  # lockstep sets the owner of the copies and recreates missing ones. A dry run does neither.
  sideEffects: NoneOnDryRun
  # A later webhook may add a sidecar that refers to the same sources, which must read the copies, too.
  reinvocationPolicy: IfNeeded
  # Both conditions tolerate missing fields: with failurePolicy Fail, an error here would refuse the pod.
  matchConditions:
    - name: pinned
      expression: object.metadata.?annotations[?'lockstep.dev/pinned'].orValue('') != ''
    # The revision owns the copies. A pod without one reads the live configuration, whatever annotations it has.
    - name: of-a-workload
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(o,
        o.?controller.orValue(false) && o.kind in {{ include "lockstep.kinds.each" (dict "kinds" $kinds "field" "podOwner") }})
{{- end }}
