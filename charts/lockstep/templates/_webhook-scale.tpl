{{- /*
Scale-up of a workload: if the workload has drifted, lockstep patches its template first. There is no objectSelector: the
review holds a Scale, which has no labels, so a selector would match all or none. _webhook-common.tpl describes the
dictionary that this template takes.
*/}}
{{- define "lockstep.webhook.scale" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.scale) . -}}
{{- $kinds := include "lockstep.kinds" (dict "root" .root "with" "scale") | fromJsonArray -}}
- name: {{ prepend .suffixes "scale" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "scale" | join "/")) | nindent 4 }}
  failurePolicy: {{ include "lockstep.webhook.failurePolicy" $webhook }}
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  rules:
    {{- include "lockstep.kinds.rules" (dict "kinds" $kinds "subresource" "/scale" "operations" (list "UPDATE")) | trim | nindent 4 }}
  # The side effect is the PATCH of the workload. A dry run sends none.
  sideEffects: NoneOnDryRun
  # The answer depends on the workload, not on the Scale, so a later webhook's changes do not matter.
  reinvocationPolicy: Never
  # No condition on the user: lockstep itself never scales.
  matchConditions:
    # Only a scale-up creates pods. A Scale omits replicas if it is 0.
    - name: scale-up
      expression: object.?spec.?replicas.orValue(0) > oldObject.?spec.?replicas.orValue(0)
{{- end }}
