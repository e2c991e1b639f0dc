{{- /*
Growth of a ReplicaSet: one with an older configuration must not grow. There is no condition on the label
lockstep.dev/inject: a ReplicaSet has the labels of its pod template, not of its Deployment. A Scale has no labels at all.
_webhook-common.tpl describes the dictionary that this template takes.
*/}}
{{- define "lockstep.webhook.ceiling" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.ceiling) . -}}
{{- $kinds := include "lockstep.kinds" (dict "root" .root "with" "ceiling") | fromJsonArray -}}
- name: {{ prepend .suffixes "ceiling" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "ceiling" | join "/")) | nindent 4 }}
  # Never Fail: if lockstep were down, no ReplicaSet of any Deployment could grow. Capacity comes first.
  failurePolicy: Ignore
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  {{- with .root.Values.webhook.ceiling.objectSelector }}
  objectSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    - apiGroups: [apps]
      apiVersions: [v1]
      resources: [replicasets, replicasets/scale]
      operations: [UPDATE]
      scope: Namespaced
  # An event tells of pods that were held back. A dry run records none.
  sideEffects: NoneOnDryRun
  # A later webhook may raise replicas again, and the ceiling applies to what is stored.
  reinvocationPolicy: IfNeeded
  matchConditions:
    # A ReplicaSet always has replicas here: the API server sets the default first. A Scale has none if they are 0.
    - name: growing
      expression: object.?spec.?replicas.orValue(0) > oldObject.?spec.?replicas.orValue(0)
    # Includes ReplicaSets without a config hash. If lockstep never wrote to a Deployment, the old ReplicaSet has none at the
    # first drift. Without the ceiling it grew from 4 to 9 in a scale-up from 4 to 12. A Scale does not say whose it is.
    - name: of-a-deployment
      expression: >-
        request.?subResource.orValue('') == 'scale' ||
        object.metadata.?ownerReferences.orValue([]).exists(o,
        o.?controller.orValue(false) && o.kind in {{ include "lockstep.kinds.each" (dict "kinds" $kinds "field" "kind") }})
{{- end }}
