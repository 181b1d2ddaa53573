referat("d0","546bdd",[["bestyrelsen/2024/2024-02-29.html","",[["1","Regnskab",[],0,"Godkendt.",0]]]])
