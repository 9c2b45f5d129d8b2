package golden

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/printers"
	printersinternal "k8s.io/kubernetes/pkg/printers/internalversion"
)

type tableAnswer struct {
	Columns []columnAnswer `json:"columns"`
	Cells   []any          `json:"cells"`
}

type columnAnswer struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Format   string `json:"format"`
	Priority int32  `json:"priority"`
}

func tables(text []byte) (answers, error) {
	generator := printers.NewTableGenerator().With(printersinternal.AddHandlers)
	return eachObject(text, func(object runtime.Object, kind schema.GroupVersionKind) (any, error) {
		hub := schema.GroupVersion{Group: kind.Group, Version: runtime.APIVersionInternal}
		internal, err := legacyscheme.Scheme.ConvertToVersion(object, hub)
		if err != nil {
			return nil, err
		}
		table, err := generator.GenerateTable(internal, printers.GenerateOptions{Wide: true})
		if err != nil {
			return nil, err
		}
		return tableAnswer{Columns: columnsOf(table), Cells: table.Rows[0].Cells}, nil
	})
}

func columnsOf(table *metav1.Table) []columnAnswer {
	columns := make([]columnAnswer, 0, len(table.ColumnDefinitions))
	for _, column := range table.ColumnDefinitions {
		columns = append(columns, columnAnswer{strings.TrimSpace(column.Name), column.Type, column.Format, column.Priority})
	}
	return columns
}
