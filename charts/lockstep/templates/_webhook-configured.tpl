{{- /*
Creation of a pod whose template asks to be held until it is configured: lockstep refuses the pod while something is missing
that it needs. docs/adr/0041-hold-until-configured.md has the reasons.
_webhook-common.tpl describes the dictionary that this template takes.
*/}}
{{- define "lockstep.webhook.configured" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.configured) . -}}
{{- $kinds := include "lockstep.kinds" (dict "root" .root) | fromJsonArray -}}
- name: {{ prepend .suffixes "configured" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "configured" | join "/")) | nindent 4 }}
  # Never Fail, also with onError: deny. If lockstep does not answer, the kubelet holds the pod.
  failurePolicy: Ignore
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
  sideEffects: None
  # It is about the template, not about what later webhooks add.
  reinvocationPolicy: Never
  matchConditions:
    # Pods have the annotations of their template. No other pod costs a call.
    - name: asks
      expression: object.metadata.?annotations[?'lockstep.dev/hold-until-configured'].orValue('') == 'true'
    # Nobody would make another pod again.
    - name: of-a-workload
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(o,
        o.?controller.orValue(false) && o.kind in {{ include "lockstep.kinds.each" (dict "kinds" $kinds "field" "podOwner") }})
{{- end }}
