{{- /*
The Deployment controller grows a ReplicaSet: one of an older configuration stays as it is. The label lockstep.dev/inject
is not looked for: a ReplicaSet has its template's labels, not its Deployment's.
*/}}
{{- define "lockstep.webhook.ceiling" -}}
{{- $webhook := dict "root" . "values" .Values.webhook.ceiling -}}
- name: ceiling.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" . "path" "ceiling") | nindent 4 }}
  failurePolicy: Ignore
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  # Never Fail: with lockstep away, no ReplicaSet of any Deployment could grow. Capacity comes first.
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  {{- with .Values.webhook.ceiling.objectSelector }}
  objectSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    - apiGroups: [apps]
      apiVersions: [v1]
      resources: [replicasets]
      operations: [UPDATE]
      scope: Namespaced
  sideEffects: None
  # A webhook called later may raise replicas again; the ceiling has to hold for what is stored.
  reinvocationPolicy: IfNeeded
  matchConditions:
    # Omitted means 1 in a ReplicaSet. The API server fills that in before it asks; without it an error here would
    # refuse the update where failurePolicy is Fail.
    - name: growing
      expression: object.?spec.?replicas.orValue(1) > oldObject.?spec.?replicas.orValue(1)
    # Not only those that carry our hash: at the first drift of a Deployment that lockstep never wrote to, the old
    # ReplicaSet carries nothing, and grew from 4 to 9 in a scale-up from 4 to 12.
    - name: of-a-deployment
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(o,
        o.?controller.orValue(false) && o.kind == 'Deployment')
{{- end }}
